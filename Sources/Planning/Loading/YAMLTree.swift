import Yams

/// Turns text into one tree of YAML nodes with positions; scalars stay text.
///
/// Nothing is resolved by YAML 1.1: `no` and `yes` are words, `1:30` is text.
struct YAMLTree {
    /// A plan's text may be this long; longer is no plan.
    static let bytesMax = 1 << 20
    /// Repeated keys that are found one after the other before giving up.
    private static let repeatedKeysMax = 50

    private let problems: Problems
    private var scalars: [Unicode.Scalar]

    /// The root of the text's only document, or nil where the text is broken (the problems say how).
    static func root(of text: String, problems: Problems) -> Node? {
        guard text.utf8.count <= bytesMax else {
            problems.add(
                "the file is larger than 1 MiB",
                at: .start,
                remedy: "name the file of a plan"
            )
            return nil
        }
        var tree = YAMLTree(problems: problems, scalars: Array(text.unicodeScalars))
        return tree.compose()
    }

    /// True for a key that stands for a repeated one, which was told already.
    static func isRepeated(_ key: String) -> Bool {
        key.unicodeScalars.first.map { ("\u{E000}"..."\u{F8FF}").contains($0) } ?? false
    }

    private mutating func compose() -> Node? {
        for round in 0..<Self.repeatedKeysMax {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            do {
                guard let node = try Yams.compose(yaml: String(text), .basic, .default, .utf8)
                else {
                    problems.add(
                        "the plan is empty",
                        at: .start,
                        remedy:
                            "write at least `plan: NAME` and `cluster: {servers: 2, clients: 2}`"
                    )
                    return nil
                }
                return node
            } catch let YamlError.duplicatedKeysInMapping(keys, context) {
                let position = Problems.Position(context.mark)
                problems.add(
                    "the key `\(keys.first ?? "")` stands more than once in one mapping",
                    at: position,
                    remedy: "keep one of them"
                )
                guard mask(keys.first ?? "", at: position, round: round) else { return nil }
            } catch {
                add(error)
                return nil
            }
        }
        return nil
    }

    /// Replaces a repeated key by one of the same length that nothing else is called, so that the
    /// rest of the plan can be read and every other position stays what it is.
    private mutating func mask(_ key: String, at position: Problems.Position, round: Int) -> Bool {
        guard var start = offset(of: position), start < scalars.count else { return false }
        if scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
        let end = start + key.unicodeScalars.count
        guard end > start, end <= scalars.count,
            scalars[start..<end].elementsEqual(key.unicodeScalars),
            let stand = Unicode.Scalar(0xE000 + UInt32(round))
        else { return false }
        scalars.replaceSubrange(start..<end, with: Array(repeating: stand, count: end - start))
        return true
    }

    private func offset(of position: Problems.Position) -> Int? {
        var line = 1
        var index = 0
        while line < position.line {
            guard let newline = scalars[index...].firstIndex(of: "\n") else { return nil }
            index = newline + 1
            line += 1
        }
        return index + position.column - 1
    }

    private func add(_ error: any Error) {
        let remedy = "mend the YAML there (often the line before: indentation, a quote, a brace)"
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?:
            problems.add("no YAML: \(problem)", at: Problems.Position(mark), remedy: remedy)
        case .composer(_, let problem, let mark, _)? where problem.contains("another document"):
            problems.add(
                "a second document begins",
                at: Problems.Position(mark),
                remedy: "keep one plan in a file: remove the `---` and what follows"
            )
        case .composer(_, let problem, let mark, _)?:
            problems.add("no YAML: \(problem)", at: Problems.Position(mark), remedy: remedy)
        case .reader(let problem, let offset, _, _)?:
            problems.add(
                "no YAML: \(problem)",
                at: position(ofCharacter: offset ?? 0),
                remedy: "remove that character, or write it as an escape in double quotes"
            )
        default:
            problems.add("no YAML: \(error)", at: .start, remedy: remedy)
        }
    }

    private func position(ofCharacter offset: Int) -> Problems.Position {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        var position = Problems.Position.start
        for character in String(text).prefix(offset) {
            if character.isNewline {
                position = Problems.Position(line: position.line + 1, column: 1)
            } else {
                position.column += character.unicodeScalars.count
            }
        }
        return position
    }
}

extension Problems.Position {
    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }

    /// Where the node stands; the beginning of the text for one that does not say.
    init(_ node: Node) {
        self = node.mark.map { Problems.Position($0) } ?? .start
    }
}
