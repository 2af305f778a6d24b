import Yams

/// Steps that start and end processes.
extension StoryReader {
    private static let whichNode = "say which, for example `node: role master`"

    func kill(_ value: Value) -> Kill? {
        guard let section = Section<PlanKeys.OfKill>(value, as: "kill") else { return nil }
        let nodes = self.nodes(section.required(.node, remedy: Self.whichNode))
        let signal = section[.signal].map(signal) ?? 9
        let then = section[.then].map(aftermath) ?? .stayDown
        guard let nodes, let signal, let then else { return nil }
        return Kill(nodes: nodes, signal: signal, then: then)
    }

    private func signal(_ value: Value) -> Int32? {
        let names = SignalName.all.map(\.name)
        let remedy = "write one that ends a process: \(names.joined(separator: ", "))"
        guard let text = value.text(remedy: remedy) else { return nil }
        if let number = SignalName.number(of: text) { return number }
        value.problem("`\(text)` is no signal that ends a process", remedy: remedy)
        return nil
    }

    private func aftermath(_ value: Value) -> Kill.Aftermath? {
        let remedy = "write `restart after 500ms` or `stay down`"
        guard let text = value.text(remedy: remedy) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        if words == ["stay", "down"] { return .stayDown }
        guard words.count == 3, words[0] == "restart", words[1] == "after" else {
            value.problem("`then` cannot be `\(text)`", remedy: remedy)
            return nil
        }
        guard let delay = value.read(words[2], Quantity.duration) else { return nil }
        guard Limits.restart.contains(delay) else {
            value.problem(
                "`then` is out of range: \(words[2])",
                remedy: "write a delay from 0s to \(Quantity.text(Limits.restart.upperBound))"
            )
            return nil
        }
        return .restart(after: delay)
    }

    /// The nodes of a `stop` or `start`.
    func nodes(_ value: Value, _ name: String) -> [NodeSelector]? {
        guard let section = Section<PlanKeys.OfStop>(value, as: name) else { return nil }
        return self.nodes(
            section.required(.node, remedy: "say which, for example `node: server.3`")
        )
    }

    func restart(_ value: Value) -> Restart? {
        guard let section = Section<PlanKeys.OfRestart>(value, as: "restart") else { return nil }
        let nodes = self.nodes(
            section.required(.node, remedy: "say which, for example `node: servers`")
        )
        let isRolling = section[.rolling].map { $0.truth() } ?? true
        let every = section[.every].map { $0.duration(Limits.restart) } ?? .seconds(1)
        let downFor = section[.downFor].map { $0.duration(Limits.restart) } ?? .zero
        guard let nodes, let isRolling, let every, let downFor else { return nil }
        if !isRolling, let every = section[.every] {
            every.problem(
                "`every` says nothing of nodes that are restarted at once",
                remedy: "remove it, or write `rolling: true`"
            )
        }
        return Restart(nodes: nodes, isRolling: isRolling, every: every, downFor: downFor)
    }

    /// The nodes of a step that is about processes.
    private func nodes(_ value: Value?) -> [NodeSelector]? {
        guard let value, let nodes = group(value) else { return nil }
        if let wrong = nodes.first(where: { $0 == .others || $0 == .allOthers }) {
            value.problem(
                "`\(wrong.text)` are the other side of a cut, not a node",
                remedy: "write `servers`, `clients` or names"
            )
            return nil
        }
        return nodes
    }
}
