public import Evidence
import Planning

/// On whom a fault is, as far as the plan alone tells.
extension FaultInstance {
    /// The nodes that a fault on processes is on; nil where some are known only at its time, and for a fault on
    /// links.
    public var targets: Set<String>? {
        switch action {
        case .kill(let kill): Self.names(kill.nodes)
        case .stop(let stop): Self.names(stop.nodes)
        case .start(let start): Self.names(start.nodes)
        case .restart(let restart): Self.names(restart.nodes)
        case .cut, .tamper: nil
        }
    }

    /// The links that a fault on links is on; nil where some are known only at its time, and for a fault on
    /// processes.
    ///
    /// - Parameters:
    ///   - servers: every server of the run.
    ///   - clients: every client of the run.
    public func links(servers: [String], clients: [String]) -> Set<Link>? {
        switch action {
        case .kill, .stop, .start, .restart:
            return nil
        case .cut(let cut):
            let (left, right) = cut.links.sides
            guard !(left + right).contains(where: \.isDrawnLater) else { return nil }
            return Set(
                cut.links.links(servers: servers, clients: clients) { selector in
                    switch selector {
                    case .name(let name): [name]
                    case .servers: servers
                    case .clients: clients
                    case .master, .superPeer, .peer, .anyServer, .others, .allOthers: []
                    }
                }
            )
        case .tamper(let tamper):
            guard let from = Self.names([tamper.from])?.first,
                let to = Self.names([tamper.to])?.first
            else { return nil }
            return [Link(from: from, to: to)]
        }
    }

    /// The names behind selectors; nil where one is not a name.
    private static func names(_ selectors: [NodeSelector]) -> Set<String>? {
        var names: Set<String> = []
        for selector in selectors {
            switch selector {
            case .name(let name): names.insert(name)
            case .master, .superPeer, .peer, .anyServer, .servers, .clients, .others, .allOthers:
                return nil
            }
        }
        return names
    }
}
