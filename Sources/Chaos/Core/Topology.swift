import Evidence

/// Which loopback addresses a run's nodes have: one of their own, and one of the relay for each.
///
/// A run owns one block 127.`block`.0.0/16. Node i has the address 127.block.(i / 250).(i % 250 + 1);
/// the relay listens for it at the same place 128 further on in the third number.
public struct Topology: Sendable, Equatable {
    /// The largest number of nodes: 128 × 250.
    public static let nodesMax = 32_000

    /// The second number of every address of the run: 1 … 254.
    public let block: Int
    /// The port of every listener.
    public let port: Int
    /// The nodes that others dial.
    public let servers: [String]
    /// The nodes that only dial.
    public let clients: [String]
    private let places: [String: Int]

    /// Lays out a run.
    public init(block: Int, port: Int, servers: [String], clients: [String]) {
        precondition((1...254).contains(block), "block must be 1...254, got \(block)")
        precondition((1...65535).contains(port), "port must be 1...65535, got \(port)")
        let nodes = servers + clients
        precondition(nodes.count <= Self.nodesMax, "too many nodes: \(nodes.count)")
        self.block = block
        self.port = port
        self.servers = servers
        self.clients = clients
        places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
    }

    /// The address that a node binds and dials from; nil for a name that is not in the run.
    public func host(of node: String) -> String? {
        places[node].map { "127.\(block).\($0 / 250).\($0 % 250 + 1)" }
    }

    /// The address at which others reach a node: its relay's.
    public func relayHost(of node: String) -> String? {
        places[node].map { "127.\(block).\($0 / 250 + 128).\($0 % 250 + 1)" }
    }

    /// The address of the relay's own echo.
    public var echoHost: String { "127.\(block).255.253" }

    /// Everything that the relay is told at its start.
    public func relayConfiguration(controlPath: String) -> RelayConfiguration {
        var listeners: [RelayConfiguration.Listener] = []
        for server in servers {
            guard let host = relayHost(of: server), let target = self.host(of: server) else {
                continue
            }
            listeners.append(
                .init(node: server, host: host, targetHost: target, port: port)
            )
        }
        var nodes: [String: String] = [:]
        for (node, _) in places {
            nodes[host(of: node) ?? node] = node
        }
        return RelayConfiguration(
            listeners: listeners,
            nodes: nodes,
            echoHost: echoHost,
            controlPath: controlPath
        )
    }

    /// The probe routes for links: one for each pair of nodes, dialled from whichever can, with the link
    /// from the one that dials.
    func routes(for links: [Link]) -> [(route: Probe.Route, link: Link)] {
        let listening = Set(servers)
        var seen: Set<Link> = []
        var routes: [(route: Probe.Route, link: Link)] = []
        for link in links {
            let dialled = listening.contains(link.to) ? link : link.reversed
            guard let from = host(of: dialled.from), let to = relayHost(of: dialled.to),
                seen.insert(dialled).inserted
            else { continue }
            routes.append((Probe.Route(fromHost: from, toHost: to, port: port), dialled))
        }
        return routes
    }
}
