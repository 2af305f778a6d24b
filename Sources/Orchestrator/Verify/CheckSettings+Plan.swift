import Chaos
import Checkers
import Evidence
import Planning

extension CheckSettings {
    /// What the checkers need to know of a plan and of the run that was made from it.
    init(_ plan: Plan, run: String) {
        var expectations: [Guarantee: Expected] = [:]
        for expectation in plan.expect {
            guard let guarantee = Guarantee(expectation.code) else { continue }
            switch expectation.result {
            case .holds: expectations[guarantee] = .holds
            case .violated: expectations[guarantee] = .violated
            }
        }
        self.init(
            hold: plan.cluster.hold,
            settle: plan.cluster.settle,
            servers: Set(plan.cluster.serverNames),
            bystanders: ["relay"],
            clusterSecret: ClusterSecret(run: run, seed: plan.seed).fingerprint,
            plannedFaults: Timetable(plan).faults.map { fault in
                PlannedFault(
                    id: fault.id,
                    summary: "\(fault.kind.rawValue) at \(fault.at)",
                    heals: true
                )
            },
            mustBeReady: plan.cluster.serverNames + plan.cluster.clientNames,
            expectations: expectations
        )
    }
}
