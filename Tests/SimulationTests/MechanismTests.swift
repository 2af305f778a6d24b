import Checkers
import Messaging
import Simulator
import Testing

/// Each mechanism carries promises: without it, the simulator finds a violation.
@Suite struct MechanismTests {
    /// A mechanism, and a seed that is known to show what breaks without it: it is tried first.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var mechanism: Mechanisms
        var seed: UInt64
        /// The ordering that rests on it; nil: all do.
        var ordering: MessageOrdering?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "de-duplication by servers", mechanism: .deduplication, seed: 1),
        Case(name: "the repeat check of clients", mechanism: .repeatCheck, seed: 1),
        Case(name: "resend", mechanism: .resend, seed: 1),
        Case(name: "pending on failover", mechanism: .pendingOnFailover, seed: 1),
        Case(name: "held before the answer", mechanism: .heldBeforeAnswer, seed: 1),
        Case(name: "the epoch check", mechanism: .epochCheck, seed: 1),
        Case(name: "quorum", mechanism: .quorum, seed: 1),
        Case(
            name: "the check of what was delivered",
            mechanism: .behindCheck,
            seed: 1,
            ordering: .causal
        ),
        Case(name: "numbering by the master", mechanism: .numbering, seed: 1, ordering: .total),
        Case(name: "the base of numbers", mechanism: .orderBase, seed: 1, ordering: .total),
    ]

    @Test("without a mechanism one of 500 seeds breaks a guarantee", arguments: cases)
    func isMissed(_ missing: Case) {
        for seed in [missing.seed] + Array(1...499) {
            var plan =
                missing.ordering.map { OrderingTests.plan(seed: seed, $0) }
                ?? .swarm(seed: seed, size: .brief)
            plan.mechanisms.remove(missing.mechanism)
            let result = Simulation.run(plan)
            if let ordering = missing.ordering {
                let reference = OrderReference(result.records)
                if !reference.causalInversions.isEmpty { return }
                if ordering == .total, !reference.onCycles.isEmpty { return }
            }
            let outcome = result.judge().outcome
            if outcome.judgements.contains(where: { $0.verdict == .violated }) { return }
        }
        Issue.record("500 seeds broke nothing without \(missing.name)")
    }

    @Test("every mechanism has its case, and all are on by default")
    func isComplete() {
        let all = Self.cases.reduce(into: Mechanisms()) { $0.formUnion($1.mechanism) }
        #expect(all == .all)
        #expect(SimulationPlan(seed: 1).mechanisms == .all)
    }
}
