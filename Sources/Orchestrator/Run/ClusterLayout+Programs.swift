import Chaos
import Evidence
import Planning
import Supervision

/// The servers and clients of a system that is not ours: everything that they are told is in their
/// environment, see "system" in docs/plans.md.
extension ClusterLayout {
    /// A server of the plan's own; nil where the built-in system is tested.
    func ownServer(_ name: String) -> ProcessSpecification? {
        guard case .programs(let words, _) = plan.system, let program = words.first else {
            return nil
        }
        let others = topology.servers.filter { $0 != name }
        var environment = shared(name, servers: others)
        environment["ORDEAL_LISTEN"] = address(topology.host(of: name))
        environment["ORDEAL_ANNOUNCE"] = address(topology.relayHost(of: name))
        return ProcessSpecification(
            node: name,
            executable: program,
            arguments: Array(words.dropFirst()),
            environment: environment,
            readiness: .notify(within: plan.cluster.readyWithin),
            stopWithin: plan.cluster.stopWithin
        )
    }

    /// A client of the plan's own; nil where the built-in system is tested.
    func ownClient(_ name: String) -> ProcessSpecification? {
        guard case .programs(_, let words) = plan.system, let program = words.first else {
            return nil
        }
        let place = topology.clients.firstIndex(of: name) ?? 0
        let workload = plan.workload
        var environment = shared(name, servers: servers(of: place))
        environment["ORDEAL_USER"] = "user-\(place + 1)"
        environment["ORDEAL_BODY"] =
            "\(workload.bodyBytes.lowerBound)..\(workload.bodyBytes.upperBound)"
        environment["ORDEAL_SEND_EVERY"] = String(sendEvery)
        return ProcessSpecification(
            node: name,
            executable: program,
            arguments: Array(words.dropFirst()),
            environment: environment,
            acceptsControl: true,
            readiness: .notify(within: plan.cluster.readyWithin + plan.drain.returnWithin),
            stopWithin: plan.cluster.stopWithin,
            niceness: Self.clientNiceness
        )
    }

    /// How many nanoseconds are between two messages of one client; 0 where it sends none.
    private var sendEvery: Int64 {
        let rate = plan.workload.rate
        guard rate.events > 0 else { return 0 }
        let all = rate.per.nanoseconds / Int64(rate.events)
        return all * Int64(max(1, topology.clients.count))
    }

    private func shared(_ name: String, servers: [String]) -> [String: String] {
        [
            "ORDEAL_BIND": topology.host(of: name) ?? "",
            "ORDEAL_SERVERS": servers.map { address(topology.relayHost(of: $0)) }
                .joined(separator: " "),
            "ORDEAL_HOLD": String(plan.cluster.hold.nanoseconds),
            "ORDEAL_SEED": String(plan.seed),
            "ORDEAL_DATA": "\(directory)/data/\(name)",
        ]
    }
}
