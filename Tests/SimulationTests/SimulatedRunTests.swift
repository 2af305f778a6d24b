import Checkers
import Evidence
import Simulator
import Testing

@Suite struct SimulatedRunTests {
    @Test("one server without faults keeps every promise")
    func one() {
        var plan = SimulationPlan(seed: 1)
        plan.servers = 1
        plan.clients = 2
        plan.workload = .seconds(3)
        expectAllHold(plan)
    }

    @Test(
        "the master dies, links are cut, clients come and go: every promise holds",
        arguments: 1...100
    )
    func brief(seed: Int) {
        expectAllHold(.brief(seed: UInt64(seed)))
    }

    @Test("the quickstart keeps every promise in the simulator", arguments: 1...1)
    func quickstart(seed: Int) {
        expectAllHold(.quickstart(seed: UInt64(seed)))
    }

    @Test("anything may go wrong, and every promise holds", arguments: 1...2)
    func wild(seed: Int) {
        expectAllHold(.wild(seed: UInt64(seed)))
    }

    @Test("the same seed gives the same run, record for record; another one does not")
    func replays() {
        let plan = SimulationPlan.brief(seed: 7)
        let first = Simulation.run(plan)
        #expect(first.records == Simulation.run(plan).records)
        #expect(first.records != Simulation.run(.brief(seed: 8)).records)
    }
}

/// Runs a plan and judges it; a failure says which plan it was, to run it again.
private func expectAllHold(_ plan: SimulationPlan, _ location: SourceLocation = #_sourceLocation) {
    let result = Simulation.run(plan)
    let outcome = result.judge()
    for judgement in outcome.judgements {
        switch judgement.verdict {
        case .holds, .notChecked: continue
        case .unproved where judgement.guarantee == .noResurrection && judgement.cases == 0:
            continue
        case .violated, .unproved, .invalidExperiment:
            let shown = judgement.findings.prefix(3).map(\.summary)
            Issue.record(
                "\(judgement.code) \(judgement.verdict) \(shown) in \(plan)",
                sourceLocation: location
            )
        }
    }
}
