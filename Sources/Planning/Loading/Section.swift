import Yams

/// One mapping of a plan, its keys held to those that are known there.
struct Section<Key: RawRepresentable<String> & CaseIterable & Hashable> {
    /// Where the mapping begins.
    let position: Problems.Position
    /// What the mapping is called in messages, for example `cluster`.
    let name: String
    private let values: [Key: Value]
    private let problems: Problems

    /// Reads a mapping and tells every key that is not known; nil for what is no mapping.
    init?(_ value: Value, as name: String) {
        let known = Key.allCases.map(\.rawValue)
        guard let mapping = value.node.mapping else {
            value.problem(
                "`\(name)` must be a mapping, not \(value.shape)",
                remedy: "write its keys: \(known.joined(separator: ", "))"
            )
            return nil
        }
        var values: [Key: Value] = [:]
        for (keyNode, node) in mapping {
            let position = Problems.Position(keyNode)
            guard let text = keyNode.scalar?.string else {
                value.problems.add(
                    "a key of `\(name)` is no word",
                    at: position,
                    remedy: "known here: \(known.joined(separator: ", "))"
                )
                continue
            }
            if text.hasPrefix("x-") || YAMLTree.isRepeated(text) { continue }
            guard let key = Key(rawValue: text) else {
                value.problems.add(
                    "unknown key `\(text)` in `\(name)`",
                    at: position,
                    remedy: Spelling.remedy(for: text, among: known)
                )
                continue
            }
            values[key] = Value(node: node, name: text, problems: value.problems)
        }
        self.position = value.position
        self.name = name
        self.values = values
        problems = value.problems
    }

    /// The value of a key, or nil where the plan does not have it.
    subscript(_ key: Key) -> Value? { values[key] }

    /// The value of a key that must be there; its lack is told, with what to write.
    func required(_ key: Key, remedy: String) -> Value? {
        if let value = values[key] { return value }
        problems.add("`\(name)` lacks the key `\(key.rawValue)`", at: position, remedy: remedy)
        return nil
    }
}
