import Checkers
import Evidence
import Simulator
import Testing

@Suite struct SimulatedRunTests {
    @Test("one server without faults keeps every promise")
    func one() {
        var plan = SimulationPlan(seed: 1)
        plan.servers = 1
        plan.superPeers = 1
        plan.clients = 2
        plan.workload = .seconds(3)
        expectAllHold(plan, again: "")
    }

    @Test("anything may go wrong, and every promise holds", arguments: 1...100)
    func swarm(seed: Int) {
        expectAllHold(
            .swarm(seed: UInt64(seed), size: .brief),
            again: "ordeal simulate --size brief --seed \(seed)"
        )
    }

    @Test(
        "every server dies at once and comes back with its disk: every promise holds",
        arguments: 1...100
    )
    func durable(seed: Int) {
        expectAllHold(.durable(seed: UInt64(seed)), again: "durable plan, seed \(seed)")
    }

    @Test("without their disks servers forget what they promised, and the checkers see it")
    func lostDisks() {
        for seed in 1...5 {
            var plan = SimulationPlan.durable(seed: UInt64(seed))
            plan.servers = 1
            plan.faults = [
                SimulatedFault(
                    at: .seconds(2),
                    what: .killAll(
                        restartAfter: .milliseconds(100),
                        gap: .zero,
                        withoutDisks: [1]
                    )
                )
            ]
            let result = Simulation.run(plan)
            #expect(result.failure(result.judge().outcome) != nil, "seed \(seed)")
        }
    }

    @Test("the quickstart keeps every promise in the simulator", arguments: 1...1)
    func quickstart(seed: Int) {
        expectAllHold(.quickstart(seed: UInt64(seed)), again: "")
    }

    @Test("the same seed gives the same run, record for record; another one does not")
    func replays() {
        let plan = SimulationPlan.swarm(seed: 7, size: .brief)
        let first = Simulation.run(plan)
        #expect(first.records == Simulation.run(plan).records)
        #expect(first.records != Simulation.run(.swarm(seed: 8, size: .brief)).records)
    }
}

/// Runs a plan and judges it; a failure says how to see it again.
private func expectAllHold(
    _ plan: SimulationPlan,
    again: String,
    _ location: SourceLocation = #_sourceLocation
) {
    let result = Simulation.run(plan)
    if let failure = result.failure(result.judge().outcome) {
        Issue.record("\(failure)\n\(again)\n\(plan)", sourceLocation: location)
    }
}
