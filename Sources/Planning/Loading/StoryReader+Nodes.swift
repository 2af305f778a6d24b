import Yams

/// How a story names nodes: by name, range, role, group, or a list of these.
extension StoryReader {
    /// One selector or a list of them; each node once.
    func group(_ value: Value) -> [NodeSelector]? {
        let remedy = "write a node or a list of nodes, for example [server.1, server.2]"
        let members: [Value]
        switch value.node {
        case .scalar where !value.isNull:
            members = [value]
        case .sequence(let sequence):
            guard !sequence.isEmpty else {
                value.problem("a fault on nothing: `\(value.name)` is empty", remedy: remedy)
                return nil
            }
            members = sequence.map { Value(node: $0, name: value.name, problems: problems) }
        case .scalar, .mapping, .alias:
            value.problem(
                "`\(value.name)` must be a node or a list of nodes, not \(value.shape)",
                remedy: remedy
            )
            return nil
        }
        var group: [NodeSelector] = []
        var seen: Set<NodeSelector> = []
        var isWhole = true
        for member in members {
            guard let text = member.text(remedy: nodeRemedy),
                let selectors = selectors(text, member)
            else {
                isWhole = false
                continue
            }
            if let twice = selectors.first(where: { !seen.insert($0).inserted }) {
                member.problem("`\(twice.text)` stands twice in the group", remedy: "keep one")
                isWhole = false
            }
            group += selectors
        }
        return isWhole ? group : nil
    }

    /// What a text means: one selector, or the names of a range.
    func selectors(_ text: String, _ value: Value) -> [NodeSelector]? {
        let words = text.split(separator: " ").joined(separator: " ")
        if let known = Self.words[words] {
            if known == .clients, cluster?.clients == 0 {
                value.problem("unknown node `clients`: the plan has none", remedy: nodeRemedy)
                return nil
            }
            return [known]
        }
        if words.hasPrefix("role ") {
            value.problem(
                "unknown role `\(words.dropFirst(5))`",
                remedy: "write `role master`, `role super-peer` or `role peer`"
            )
            return nil
        }
        guard let dots = words.firstRange(of: "..") else {
            return number(of: words).map { _ in [.name(words)] } ?? unknown(text, value)
        }
        let first = String(words[..<dots.lowerBound])
        let lastText = words[dots.upperBound...]
        guard let begin = number(of: first), let end = Int(lastText), String(end) == lastText,
            let kind = first.split(separator: ".").first
        else { return unknown(text, value) }
        guard begin <= end else {
            value.problem("the range `\(text)` is empty", remedy: "write the smaller number first")
            return nil
        }
        guard number(of: "\(kind).\(end)") != nil else { return unknown("\(kind).\(end)", value) }
        return (begin...end).map { .name("\(kind).\($0)") }
    }

    private static let words: [String: NodeSelector] = [
        "role master": .master, "role super-peer": .superPeer, "role peer": .peer,
        "any server": .anyServer, "servers": .servers,
        "clients": .clients, "others": .others, "all others": .allOthers,
    ]

    /// The number in the name of a node that the plan has; nil for any other text.
    private func number(of name: String) -> Int? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, ["server", "client"].contains(parts[0]),
            let number = Int(parts[1]), String(number) == parts[1]
        else { return nil }
        let most =
            parts[0] == "server"
            ? cluster?.servers ?? Limits.servers.upperBound
            : cluster?.clients ?? Limits.clients.upperBound
        return (1...max(1, most)).contains(number) && most > 0 ? number : nil
    }

    private func unknown(_ text: String, _ value: Value) -> [NodeSelector]? {
        value.problem("unknown node `\(text)`", remedy: nodeRemedy)
        return nil
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
        return
            "the plan has \(servers)\(clients); `role master` is whoever is master then"
    }
}
