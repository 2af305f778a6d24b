import Checkers
import Evidence
import Simulator
import Testing

@Suite struct QuickstartTests {
    @Test("a small cluster without faults keeps every promise")
    func calm() {
        var plan = SimulationPlan(seed: 1)
        plan.servers = 1
        plan.clients = 2
        plan.workload = .seconds(3)
        expectAllHold(plan)
    }
}

/// Runs a plan; a failure says how to see it again.
func expectAllHold(_ plan: SimulationPlan) {
    let result = Simulation.run(plan)
    let failed = result.judge().judgements.filter {
        $0.verdict != .holds && $0.verdict != .notChecked
    }
    for judgement in failed {
        let shown = judgement.findings.prefix(3).map(\.summary)
        Issue.record("seed \(plan.seed): \(judgement.code) \(judgement.verdict) \(shown)")
    }
}
