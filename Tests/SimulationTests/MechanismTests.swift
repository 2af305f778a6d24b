import Checkers
import Messaging
import Simulator
import Testing

/// Each mechanism carries promises: without it, the simulator finds a violation.
@Suite struct MechanismTests {
    /// A mechanism.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var mechanism: Mechanisms
        /// The ordering that rests on it; nil: all do.
        var ordering: MessageOrdering?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "de-duplication by servers", mechanism: .deduplication),
        Case(name: "the repeat check of clients", mechanism: .repeatCheck),
        Case(name: "resend", mechanism: .resend),
        Case(name: "pending on failover", mechanism: .pendingOnFailover),
        Case(name: "held before the answer", mechanism: .heldBeforeAnswer),
        Case(name: "the epoch check", mechanism: .epochCheck),
        Case(name: "quorum", mechanism: .quorum),
        Case(
            name: "the check of what was delivered",
            mechanism: .behindCheck,
            ordering: .causal
        ),
        Case(name: "numbering by the master", mechanism: .numbering, ordering: .total),
        Case(name: "the base of numbers", mechanism: .orderBase, ordering: .total),
    ]

    @Test("without a mechanism one of 500 seeds breaks a guarantee", arguments: cases)
    func isMissed(_ missing: Case) {
        for seed in UInt64(1)...500 {
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
