import Checkers
import Evidence
import Messaging
import Simulator
import Testing

/// Causal and total order under crashes, cuts, and servers and clients that come again.
@Suite struct OrderingTests {
    @Test("causal: nobody is delivered a message before one that precedes it", arguments: 1...40)
    func causal(seed: Int) {
        let plan = Self.plan(seed: UInt64(seed), .causal)
        let result = Simulation.run(plan)
        expectAllHold(result)
        let inversions = OrderReference(result.records).causalInversions
        #expect(inversions.isEmpty, "\(inversions.prefix(3)) in \(plan)")
    }

    @Test("total: one order of all messages fits every user", arguments: 1...40)
    func total(seed: Int) {
        let plan = Self.plan(seed: UInt64(seed), .total)
        let result = Simulation.run(plan)
        expectAllHold(result)
        let reference = OrderReference(result.records)
        #expect(reference.onCycles.isEmpty, "\(reference.onCycles.prefix(4)) in \(plan)")
        #expect(reference.causalInversions.isEmpty, "\(reference.causalInversions.prefix(3))")
    }

    /// A master dies; one or two servers are cut off from the others; another server dies while they are,
    /// so that clients go over from one side to the other.
    static func plan(seed: UInt64, _ ordering: MessageOrdering) -> SimulationPlan {
        var random = SeededGenerator(seed: seed, stream: "ordering")
        var plan = SimulationPlan(seed: seed)
        plan.ordering = ordering
        plan.servers = random.within(4...6)
        plan.superPeers = random.within(3...4)
        plan.clients = random.within(3...5)
        plan.hold = .milliseconds(400)
        plan.workload = .milliseconds(4_000)
        plan.sendInterval = .milliseconds(100)
        plan.churnInterval = .milliseconds(Int64(random.pick([700, 1_500, 4_000]) ?? 1))
        plan.delayMax = .milliseconds(Int64(random.pick([1, 5, 20]) ?? 1))
        func at(_ low: Int, _ high: Int) -> Duration {
            .milliseconds(Int64(random.within(low...high)))
        }
        let one = random.within(1...plan.servers)
        let begin = at(1_800, 2_200)
        plan.faults = [
            SimulatedFault(at: at(300, 800), what: .kill([.master], restartAfter: at(50, 300))),
            SimulatedFault(
                at: begin,
                what: .cut(
                    .others(of: random.chance(1, in: 3) ? .master : .server(one)),
                    ways: random.chance(1, in: 2) ? .both : random.pick([.out, .in]) ?? .both,
                    how: random.chance(2, in: 3) ? .blackhole : .reset,
                    lasting: at(300, 1_100)
                )
            ),
        ]
        if random.chance(1, in: 2) {
            plan.faults.append(
                SimulatedFault(
                    at: at(3_400, 3_900),
                    what: .kill(
                        [.server(random.within(1...plan.servers))],
                        restartAfter: at(50, 500)
                    )
                )
            )
        }
        return plan
    }

    private func expectAllHold(
        _ result: SimulationResult,
        _ location: SourceLocation = #_sourceLocation
    ) {
        if let failure = result.failure(result.judge().outcome) {
            Issue.record("\(failure) in \(result.plan)", sourceLocation: location)
        }
    }
}
