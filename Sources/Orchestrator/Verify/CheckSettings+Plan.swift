import Chaos
import Checkers
import Evidence
import Planning

extension OwnGuarantee {
    /// The guarantee that a plan names, at its place from 1.
    init(place: Int, _ expectation: OwnExpectation) {
        let expected: CheckSettings.Expected =
            switch expectation.result {
            case .holds: .holds
            case .violated: .violated
            }
        self.init(place: place, name: expectation.name, expected: expected)
    }
}

extension CheckSettings {
    /// What the checkers need to know of a plan and of the run that was made from it.
    init(_ plan: Plan, run: String) {
        var expectations: [Guarantee: Expected] = [:]
        let clusterSecret: String? =
            switch plan.system {
            case .superPeer: ClusterSecret(run: run, seed: plan.seed).fingerprint
            // Nobody gave them one, so whatever their servers show is not wrong.
            case .programs: nil
            }
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
            superPeers: plan.cluster.superPeers,
            servers: Set(plan.cluster.serverNames),
            bystanders: ["relay"],
            clusterSecret: clusterSecret,
            plannedFaults: Timetable(plan).faults.map { fault in
                PlannedFault(
                    id: fault.id,
                    summary: "\(fault.kind.rawValue) at \(fault.at)",
                    kind: fault.kind.rawValue,
                    targets: fault.targets,
                    links: fault.links(
                        servers: plan.cluster.serverNames,
                        clients: plan.cluster.clientNames
                    ),
                    heals: true
                )
            },
            mustBeReady: plan.cluster.serverNames + plan.cluster.clientNames,
            expectations: expectations
        )
        bounds = Self.bounds(plan)
    }

    /// What the plan bounds, and the rate that it asks of all clients together.
    private static func bounds(_ plan: Plan) -> Bounds {
        var bounds = Bounds(sends: plan.workload.rate.events, sendsPer: plan.workload.rate.per)
        for expectation in plan.expect {
            switch expectation.bound {
            case .availability(let share, let outage):
                bounds.availabilityPerMillion = share
                bounds.outageMax = outage
            case .balance(let spread, let times):
                bounds.spreadMax = spread
                bounds.spreadAt = times
            case .recovery(let within):
                bounds.recovery = within
            case .latency(let quantiles):
                bounds.latency = quantiles.map {
                    Bounds.Quantile(perMillion: $0.rank.perMillion, max: $0.most)
                }
            case nil:
                break
            }
        }
        return bounds
    }
}
