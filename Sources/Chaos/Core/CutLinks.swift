public import Evidence
public import Planning

extension Cut.Links {
    /// The directed links that a cut is on, once its nodes are known.
    ///
    /// - Parameters:
    ///   - servers: every server of the run, for `others`.
    ///   - clients: every client of the run, for `all others`.
    ///   - resolve: the names behind a selector, for example of `role master`; not asked for `others` and
    ///     `all others`.
    /// - Returns: the links, sorted, each once; a node's links to itself and those between clients are
    ///   left out.
    public func links(
        servers: [String],
        clients: [String] = [],
        resolve: (NodeSelector) throws -> [String]
    ) rethrows -> [Link] {
        let (left, right) = sides
        let first = try left.flatMap(resolve)
        let inside = Set(first)
        let second = try right.flatMap { selector -> [String] in
            switch selector {
            case .others: servers.filter { !inside.contains($0) }
            case .allOthers: (servers + clients).filter { !inside.contains($0) }
            case .name, .master, .superPeer, .peer, .anyServer, .servers, .clients:
                try resolve(selector)
            }
        }
        let dialled = Set(servers)
        var links: Set<Link> = []
        for a in first {
            for b in second where a != b && (dialled.contains(a) || dialled.contains(b)) {
                links.insert(Link(from: a, to: b))
                switch self {
                case .oneWay: break
                case .between: links.insert(Link(from: b, to: a))
                }
            }
        }
        return links.sorted()
    }

    /// Both groups as the plan names them.
    var sides: (left: [NodeSelector], right: [NodeSelector]) {
        switch self {
        case .oneWay(let from, let to): (from, to)
        case .between(let left, let right): (left, right)
        }
    }
}
