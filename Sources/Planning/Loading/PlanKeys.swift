/// Every key that a plan may have, mapping by mapping; `x-…` keys are free everywhere.
///
/// docs/plans.md is tested against this table.
enum PlanKeys {
    /// The keys of a plan's outermost mapping.
    enum Top: String, CaseIterable {
        case plan, description, seed, system, cluster, workload, story, expect, drain
    }

    /// The keys of `system` where it is a mapping.
    enum OfSystem: String, CaseIterable {
        case server, client
    }

    /// The keys of `cluster`.
    enum OfCluster: String, CaseIterable {
        case servers, clients
        case stockClients = "stock-clients"
        case anonymousClients = "anonymous-clients"
        case hold
        case superPeers = "super-peers"
        case registration, ordering, durable
        case redirectClients = "redirect-clients"
        case redirectServers = "redirect-servers"
        case readyWithin = "ready-within"
        case stopWithin = "stop-within"
    }

    /// The keys of `workload`.
    enum OfWorkload: String, CaseIterable {
        case rate, burst, body
        case duration = "for"
        case churn
        case churnKinds = "churn-kinds"
        case away, intruders, rivals, records
    }

    /// The keys of a step of `story`: one trigger and one action.
    enum OfStep: String, CaseIterable {
        case at
        case kill, stop, start, restart, cut, drop, duplicate, reorder

        /// The keys that are actions.
        static let actions: [OfStep] = [
            .kill, .stop, .start, .restart, .cut, .drop, .duplicate, .reorder,
        ]
    }

    /// The keys of `kill`.
    enum OfKill: String, CaseIterable {
        case node, signal, then
    }

    /// The keys of `stop` and `start`.
    enum OfStop: String, CaseIterable {
        case node
    }

    /// The keys of `restart`.
    enum OfRestart: String, CaseIterable {
        case node, rolling, every
        case downFor = "down-for"
    }

    /// The keys of `cut`.
    enum OfCut: String, CaseIterable {
        case between
        case and
        case link, how
        case duration = "for"
    }

    /// The keys of `drop`, `duplicate` and `reorder`.
    enum OfTamper: String, CaseIterable {
        case link, matching, count
        case duration = "for"
    }

    /// The keys of `availability` in `expect`.
    enum OfAvailability: String, CaseIterable {
        case ok, outage, result
    }

    /// The keys of `recovery` in `expect`.
    enum OfRecovery: String, CaseIterable {
        case within, result
    }

    /// The keys of `balance` in `expect`.
    enum OfBalance: String, CaseIterable {
        case spread, at, result
    }

    /// The keys of `latency` in `expect`.
    enum OfLatency: String, CaseIterable {
        case p50, p90, p99
        case p999 = "p99.9"
        case max, result
    }

    /// The keys of a guarantee of the plan's own in `expect`.
    enum OfOwn: String, CaseIterable {
        case run, within, result
    }

    /// The keys of `drain`.
    enum OfDrain: String, CaseIterable {
        case quiet
        case atMost = "at-most"
        case returnWithin = "return-within"
    }

    /// All keys by the mapping in which they stand; the outermost is called `plan`.
    static let all: [(mapping: String, keys: [String])] = [
        ("plan", Top.allCases.map(\.rawValue)),
        ("system", OfSystem.allCases.map(\.rawValue)),
        ("cluster", OfCluster.allCases.map(\.rawValue)),
        ("workload", OfWorkload.allCases.map(\.rawValue)),
        ("story", OfStep.allCases.map(\.rawValue)),
        ("kill", OfKill.allCases.map(\.rawValue)),
        ("stop", OfStop.allCases.map(\.rawValue)),
        ("restart", OfRestart.allCases.map(\.rawValue)),
        ("cut", OfCut.allCases.map(\.rawValue)),
        ("drop", OfTamper.allCases.map(\.rawValue)),
        ("availability", OfAvailability.allCases.map(\.rawValue)),
        ("recovery", OfRecovery.allCases.map(\.rawValue)),
        ("balance", OfBalance.allCases.map(\.rawValue)),
        ("latency", OfLatency.allCases.map(\.rawValue)),
        ("own", OfOwn.allCases.map(\.rawValue)),
        ("drain", OfDrain.allCases.map(\.rawValue)),
    ]
}
