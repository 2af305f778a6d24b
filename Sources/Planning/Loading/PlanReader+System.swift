import Yams

extension PlanReader {
    /// What is tested; the built-in system where the plan does not say.
    func system(_ value: Value?) -> SystemUnderTest {
        guard let value else { return .superPeer }
        guard value.node.mapping != nil else {
            let remedy = "write `superpeer`, or {server: [PROGRAM, …], client: [PROGRAM, …]}"
            if let text = value.text(remedy: remedy), text != "superpeer" {
                value.problem("unknown system `\(text)`", remedy: remedy)
            }
            return .superPeer
        }
        guard let section = Section<PlanKeys.OfSystem>(value, as: "system") else {
            return .superPeer
        }
        let remedy = "write a program and its arguments, for example [python3, ./mine.py]"
        let server = section.required(.server, remedy: remedy).flatMap(words)
        let client = section.required(.client, remedy: remedy).flatMap(words)
        guard let server, let client else { return .superPeer }
        return .programs(server: server, client: client)
    }

    /// A program and its arguments: a list of texts.
    func words(_ value: Value) -> [String]? {
        let remedy = "write a list of texts, the program first: [python3, ./mine.py]"
        guard let sequence = value.node.sequence else {
            value.problem("`\(value.name)` must be a list, not \(value.shape)", remedy: remedy)
            return nil
        }
        guard Limits.words.contains(sequence.count) else {
            value.problem(
                "`\(value.name)` has \(sequence.count) words",
                remedy: "write \(Limits.words.lowerBound) to \(Limits.words.upperBound)"
            )
            return nil
        }
        var words: [String] = []
        for node in sequence {
            let item = Value(node: node, name: value.name, problems: problems)
            guard let word = item.text(remedy: remedy) else { return nil }
            guard !word.utf8.contains(0), !(words.isEmpty && word.isEmpty) else {
                item.problem("`\(value.name)` holds a word that is none", remedy: remedy)
                return nil
            }
            words.append(word)
        }
        return words
    }
}
