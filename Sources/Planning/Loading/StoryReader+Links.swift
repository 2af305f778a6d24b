import Yams

/// The links that a story's cuts and tamperings are on.
extension StoryReader {
    /// One direction between two nodes: `a -> b`.
    func link(_ value: Value) -> (from: NodeSelector, to: NodeSelector)? {
        guard let (from, to) = ends(value) else { return nil }
        guard from.count == 1, to.count == 1, from[0].isOne, to[0].isOne else {
            value.problem(
                "the link must be one node's to one other node",
                remedy: "write `a -> b` with a name or `role master` at each end"
            )
            return nil
        }
        return (from[0], to[0])
    }

    /// Both ends of `a -> b`, which may be ranges and groups.
    private func ends(_ value: Value) -> (from: [NodeSelector], to: [NodeSelector])? {
        let remedy = "write `a -> b`: what flows from a to b, for example server.1 -> server.3"
        guard let text = value.text(remedy: remedy) else { return nil }
        let words = text.split(separator: " ").joined(separator: " ")
        let ends = words.split(separator: "->", omittingEmptySubsequences: false)
            .map { $0.trimmed }
        guard ends.count == 2, ends.allSatisfy({ !$0.isEmpty }) else {
            value.problem("`\(text)` is no link", remedy: remedy)
            return nil
        }
        // Both ends are read even where the first is wrong, so that both are told.
        let from = selectors(ends[0], value)
        let to = selectors(ends[1], value)
        guard let from, let to else { return nil }
        if from == to, from.count == 1 {
            value.problem(
                "a fault on nothing: the link `\(text)` leads from a node to itself",
                remedy: "name two nodes"
            )
            return nil
        }
        guard isSomething(from, to, at: value, second: "the second end") else { return nil }
        return (from, to)
    }

    /// The links of a cut: `link`, or `between` and `and`.
    func links(_ section: Section<PlanKeys.OfCut>) -> Cut.Links? {
        if let link = section[.link] {
            for key in [PlanKeys.OfCut.between, .and] {
                section[key]?.problem(
                    "a cut has either `link` or `between` and `and`",
                    remedy: "remove one of them"
                )
            }
            return ends(link).map { Cut.Links.oneWay(from: $0.from, to: $0.to) }
        }
        let between = section.required(
            .between,
            remedy: "write `between: [server.1], and: others`, or `link: server.1 -> server.2`"
        ).flatMap(group)
        guard section[.between] != nil,
            let and = section.required(.and, remedy: "write `and: others` or a list of nodes")
        else { return nil }
        let others = group(and)
        guard let between, let others,
            isSomething(between, others, at: and, second: "`and`")
        else { return nil }
        return .between(between, others)
    }

    /// False, and told, where the groups share a node, hold only clients, or leave no others.
    private func isSomething(
        _ left: [NodeSelector],
        _ right: [NodeSelector],
        at value: Value,
        second: String
    ) -> Bool {
        func nothing(_ what: String, _ remedy: String) -> Bool {
            value.problem("a fault on nothing: \(what)", remedy: remedy)
            return false
        }
        if left.contains(where: \.isRest) || (right.count > 1 && right.contains(where: \.isRest)) {
            value.problem(
                "`others` are those that the first side does not name",
                remedy: "let them be \(second), by themselves"
            )
            return false
        }
        let first = Set(names(left))
        if let both = left.first(where: right.contains) {
            return nothing(
                "`\(both.text)` is in both groups, cut off from itself",
                "keep it in one of them"
            )
        }
        if let both = names(right).first(where: first.contains) {
            return nothing(
                "\(both) is in both groups, cut off from itself",
                "keep it in one of them"
            )
        }
        if left.allSatisfy(\.isClient), right.allSatisfy(\.isClient) {
            return nothing(
                "there is no link between two clients",
                "name a server in one of the groups"
            )
        }
        guard let cluster, let rest = right.first, rest.isRest else { return true }
        let isMaster = left.contains { $0.isDrawnLater }
        let named = first.count { $0.hasPrefix("server.") } + (isMaster ? 1 : 0)
        let hasClients = rest == .allOthers && cluster.clients > first.count(where: \.isClientName)
        if named >= cluster.servers, !hasClients {
            return nothing(
                "`between` names every server, so there are no others",
                "name fewer servers in `between`, or give the cluster more"
            )
        }
        return true
    }

    /// The names that a group has by the plan alone.
    private func names(_ group: [NodeSelector]) -> [String] {
        group.flatMap { selector -> [String] in
            switch selector {
            case .name(let name): [name]
            case .servers: cluster?.serverNames ?? []
            case .clients: cluster?.clientNames ?? []
            case .master, .superPeer, .peer, .anyServer, .others, .allOthers: []
            }
        }
    }
}

extension NodeSelector {
    /// True for `others` and `all others`.
    var isRest: Bool {
        switch self {
        case .others, .allOthers: true
        case .name, .master, .superPeer, .peer, .anyServer, .servers, .clients: false
        }
    }

    /// True where it is one node.
    var isOne: Bool {
        switch self {
        case .name, .master, .superPeer, .peer, .anyServer: true
        case .servers, .clients, .others, .allOthers: false
        }
    }
}

extension String {
    fileprivate var isClientName: Bool { hasPrefix("client.") }
}

extension Substring {
    /// The text without blanks at its ends.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
