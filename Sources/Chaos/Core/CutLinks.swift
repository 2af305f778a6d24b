public import Evidence
public import Planning

extension Cut.Links {
    /// The directed links that a cut is on, once its nodes are known.
    ///
    /// - Parameters:
    ///   - servers: every server of the run, for `others`.
    ///   - resolve: the name behind a selector, for example of `role master`.
    /// - Returns: the links, sorted, each once; a node's links to itself are left out.
    public func links(
        servers: [String],
        resolve: (NodeSelector) throws -> String
    ) rethrows -> [Link] {
        switch self {
        case .oneWay(let from, let to):
            let (from, to) = (try resolve(from), try resolve(to))
            return from == to ? [] : [Link(from: from, to: to)]
        case .between(let left, let right):
            return Self.bothWays(try left.map(resolve), try right.map(resolve))
        case .betweenOthers(let group):
            let inside = try group.map(resolve)
            return Self.bothWays(inside, servers.filter { !inside.contains($0) })
        }
    }

    private static func bothWays(_ left: [String], _ right: [String]) -> [Link] {
        var links: Set<Link> = []
        for a in left {
            for b in right where a != b {
                links.insert(Link(from: a, to: b))
                links.insert(Link(from: b, to: a))
            }
        }
        return links.sorted()
    }
}
