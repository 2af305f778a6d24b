import Chaos
import Evidence
import Planning
import Supervision

/// What each process of a run is started with: programs, arguments, limits.
struct ClusterLayout: Sendable {
    /// The run's plan.
    let plan: Plan
    /// The run's addresses.
    let topology: Topology
    /// The folder in which the programs of this build are.
    let programs: String
    /// The cluster's secret: made from run and seed.
    let secret: String
    /// The run directory.
    let directory: String

    /// By how much clients are nicer: they make the load, so what they load must not starve beside them, nor the
    /// relay and the journal, which all of them need.
    static let clientNiceness = 10

    /// The relay, with its configuration in a file.
    func relay(configurationPath: String, ignoresCuts: Bool) -> ProcessSpecification {
        ProcessSpecification(
            node: "relay",
            executable: "\(programs)/ordeal",
            arguments: ["relay", configurationPath],
            environment: ignoresCuts ? ["ORDEAL_TEST_IGNORE_CUTS": "1"] : [:],
            readiness: .notify(within: .seconds(10)),
            stopWithin: .seconds(2)
        )
    }

    /// A server; the first start of the first one founds the system, every other start joins.
    func server(_ name: String, isFirstStart: Bool) -> ProcessSpecification {
        if let own = ownServer(name) { return own }
        let others = topology.servers.filter { $0 != name }
        let remotes = isFirstStart ? topology.servers.prefix(1).filter { $0 != name } : others
        var arguments = [
            "--name", name, "--listen", address(topology.host(of: name)),
            "--announce", address(topology.relayHost(of: name)),
            "--bind", topology.host(of: name) ?? "",
            "--hold", duration(plan.cluster.hold),
            "--super-peers", String(plan.cluster.superPeers), "--seed", String(plan.seed),
        ]
        arguments += settings(of: name)
        for remote in remotes {
            arguments += ["--remote", address(topology.relayHost(of: remote))]
        }
        return ProcessSpecification(
            node: name,
            executable: "\(programs)/ordeal-node",
            arguments: arguments,
            environment: ["ORDEAL_CLUSTER_SECRET": secret],
            readiness: .notify(within: plan.cluster.readyWithin),
            stopWithin: plan.cluster.stopWithin
        )
    }

    /// A client with its part of the workload.
    func client(_ name: String) -> ProcessSpecification {
        if let own = ownClient(name) { return own }
        let names = topology.clients
        let place = names.firstIndex(of: name) ?? 0
        let servers = servers(of: place)
        let workload = plan.workload
        let named = names.count - plan.cluster.anonymousClients
        var arguments = [
            "workload", "--name", name, "--bind", topology.host(of: name) ?? "",
            "--user", place < named ? "user-\(place + 1)" : "anonymous",
            "--others", String(max(1, named)), "--rate", share(workload.rate),
            "--burst", String(workload.burst),
            "--body", "\(workload.bodyBytes.lowerBound)..\(workload.bodyBytes.upperBound)",
            "--churn", share(workload.churn),
            "--churn-kinds", workload.churnKinds.map(\.rawValue).joined(separator: ","),
            "--away",
            "\(duration(workload.away.lowerBound))..\(duration(workload.away.upperBound))",
            "--intruders", share(workload.intruders), "--rivals", share(workload.rivals),
            "--hold", duration(plan.cluster.hold), "--seed", String(plan.seed),
        ]
        for server in servers {
            arguments += ["--server", address(topology.relayHost(of: server))]
        }
        if workload.records == .batched { arguments.append("--batch") }
        if place >= named - plan.cluster.stockClients, place < named {
            arguments.append("--stock")
        }
        return ProcessSpecification(
            node: name,
            executable: "\(programs)/ordeal-client",
            arguments: arguments,
            acceptsControl: true,
            readiness: .notify(within: plan.cluster.readyWithin + plan.drain.returnWithin),
            stopWithin: plan.cluster.stopWithin,
            niceness: Self.clientNiceness
        )
    }

    /// The servers in the order in which the client at a place tries them: each begins with another one.
    func servers(of place: Int) -> [String] {
        let late = plan.lateNodes
        let early = topology.servers.filter { !late.contains($0) }
        let shift = place % max(1, early.count)
        return Array(early[shift...] + early[..<shift]) + topology.servers.filter(late.contains)
    }

    /// The settings of a server that are not the defaults.
    private func settings(of name: String) -> [String] {
        let cluster = plan.cluster
        let standard = Cluster(servers: 1, clients: 0)
        // Many servers and clients share this machine: secrets that are no secrets are hashed cheaply.
        var arguments = ["--hash-cost", "1"]
        if cluster.registration != standard.registration {
            arguments += ["--registration", cluster.registration.rawValue]
        }
        if cluster.ordering != standard.ordering {
            arguments += ["--ordering", cluster.ordering.rawValue]
        }
        if cluster.durable {
            arguments += ["--data-dir", "\(directory)/data/\(name)"]
        }
        if cluster.redirectClients != standard.redirectClients {
            arguments += ["--redirect-clients", range(cluster.redirectClients)]
        }
        if cluster.redirectServers != standard.redirectServers {
            arguments += ["--redirect-servers", range(cluster.redirectServers)]
        }
        return arguments
    }

    private func range(_ range: ClosedRange<Int>) -> String {
        "\(range.lowerBound)..\(range.upperBound)"
    }

    func address(_ host: String?) -> String { "\(host ?? ""):\(topology.port)" }

    /// One client's part of a rate of all: the same number of events in as many times the period.
    private func share(_ rate: Rate) -> String {
        "\(rate.events)/\(duration(rate.per * max(1, topology.clients.count)))"
    }

    private func duration(_ duration: Duration) -> String {
        "\(duration.nanoseconds / 1_000_000)ms"
    }
}
