import Yams

/// How a story names nodes and the links between them.
extension StoryReader {
    /// A node by its name, or `role master`.
    func selector(_ value: Value) -> NodeSelector? {
        guard let text = value.text(remedy: nodeRemedy) else { return nil }
        return selector(text, value)
    }

    /// One direction of a link: `a -> b`.
    func link(_ value: Value) -> (from: NodeSelector, to: NodeSelector)? {
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
        let from = selector(ends[0], value)
        let to = selector(ends[1], value)
        guard let from, let to else { return nil }
        if from == to {
            value.problem(
                "a fault on nothing: the link `\(text)` leads from a node to itself",
                remedy: "name two nodes"
            )
            return nil
        }
        if from.isClient, to.isClient {
            value.problem(
                "a fault on nothing: there is no link between two clients",
                remedy: "name a server at one end"
            )
            return nil
        }
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
            return self.link(link).map { Cut.Links.oneWay(from: $0.from, to: $0.to) }
        }
        let between = section.required(
            .between,
            remedy: "write `between: [server.1], and: others`, or `link: server.1 -> server.2`"
        ).flatMap(group)
        guard section[.between] != nil,
            let and = section.required(.and, remedy: "write `and: others` or a list of nodes")
        else { return nil }
        if and.node.scalar?.string == "others" {
            guard let between, isSomething(between, section) else { return nil }
            return .betweenOthers(between)
        }
        guard case .sequence = and.node else {
            and.problem(
                "`and` must be `others` or a list of nodes, not \(and.shape)",
                remedy: "write `and: others` (all other servers) or `and: [server.2]`"
            )
            return nil
        }
        guard let between, let others = group(and), isSomething(between, others, and) else {
            return nil
        }
        return .between(between, others)
    }

    private func group(_ value: Value) -> [NodeSelector]? {
        let remedy = "write a list of nodes, for example [server.1, server.2]"
        guard case .sequence(let sequence) = value.node else {
            value.problem(
                "`\(value.name)` must be a list of nodes, not \(value.shape)",
                remedy: remedy
            )
            return nil
        }
        guard !sequence.isEmpty else {
            value.problem("a fault on nothing: `\(value.name)` is empty", remedy: remedy)
            return nil
        }
        var group: [NodeSelector] = []
        var isWhole = true
        for node in sequence {
            let member = Value(node: node, name: value.name, problems: problems)
            guard let selector = selector(member) else {
                isWhole = false
                continue
            }
            if group.contains(selector) {
                member.problem("`\(selector.text)` stands twice in the group", remedy: "keep one")
                isWhole = false
            }
            group.append(selector)
        }
        return isWhole ? group : nil
    }

    /// False, and told, where all servers are in the group, so that there are no others.
    private func isSomething(_ group: [NodeSelector], _ section: Section<PlanKeys.OfCut>) -> Bool {
        guard let cluster else { return true }
        let named = group.count { !$0.isClient && $0 != .master }
        let isWhole = named >= cluster.servers || (cluster.servers == 1 && group.contains(.master))
        if isWhole {
            section[.and]?.problem(
                "a fault on nothing: `between` names every server, so there are no others",
                remedy: "name fewer servers in `between`, or give the cluster more"
            )
        }
        return !isWhole
    }

    /// False, and told, where the groups share a node or hold only clients.
    private func isSomething(_ left: [NodeSelector], _ right: [NodeSelector], _ and: Value) -> Bool
    {
        if let both = left.first(where: right.contains) {
            and.problem(
                "a fault on nothing: `\(both.text)` is in both groups, cut off from itself",
                remedy: "keep it in one of them"
            )
            return false
        }
        if left.allSatisfy(\.isClient), right.allSatisfy(\.isClient) {
            and.problem(
                "a fault on nothing: there is no link between two clients",
                remedy: "name a server in one of the groups"
            )
            return false
        }
        return true
    }

    private func selector(_ text: String, _ value: Value) -> NodeSelector? {
        let words = text.split(separator: " ")
        if words.count == 2, words[0] == "role" {
            if words[1] == "master" { return .master }
            value.problem("unknown role `\(words[1])`", remedy: "the only role is `role master`")
            return nil
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, ["server", "client"].contains(parts[0]),
            let number = Int(parts[1]), String(number) == parts[1]
        else {
            value.problem("unknown node `\(text)`", remedy: nodeRemedy)
            return nil
        }
        guard let cluster else { return .name(text) }
        let count = parts[0] == "server" ? cluster.servers : cluster.clients
        guard (1...max(1, count)).contains(number), count > 0 else {
            value.problem("unknown node `\(text)`", remedy: nodeRemedy)
            return nil
        }
        return .name(text)
    }

    private var nodeRemedy: String {
        guard let cluster else { return "write `role master` or a name such as server.1" }
        let clients =
            switch cluster.clients {
            case 0: ""
            case 1: " or client.1"
            case let count: " or client.1 to client.\(count)"
            }
        let servers = cluster.servers == 1 ? "server.1" : "server.1 to server.\(cluster.servers)"
        return "the plan has \(servers)\(clients); `role master` is whoever is master then"
    }
}

extension NodeSelector {
    /// True for a client's name.
    var isClient: Bool {
        switch self {
        case .name(let name): name.hasPrefix("client.")
        case .master: false
        }
    }

    /// The selector as a plan writes it.
    var text: String {
        switch self {
        case .name(let name): name
        case .master: "role master"
        }
    }
}

extension Substring {
    /// The text without blanks at its ends.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
