/// Words that code may not hold, and what to write in their place.
enum TokenRules {
    /// One banned word.
    struct Token {
        /// The word as code has it; what stands in a text or a comment does not count.
        var text: String
        /// Why it is banned.
        var reason: String
        /// Which files it is banned in.
        var applies: @Sendable (SourceTree.File) -> Bool
    }

    /// Targets without clock, socket, file, environment and random source; so are `Core` folders.
    static let pure: Set<String> = ["Evidence", "Messaging", "Checkers", "Simulator"]
    /// Programs, which may print.
    static let programs: Set<String> = ["Node", "Client", "Orchestrator"]

    private static let tokens: [Token] = {
        let isPure: @Sendable (SourceTree.File) -> Bool = { file in
            file.isCore || pure.contains(file.target ?? "")
        }
        let isLibrary: @Sendable (SourceTree.File) -> Bool = { file in
            file.target.map { !programs.contains($0) } ?? false
        }
        let everywhere: @Sendable (SourceTree.File) -> Bool = { _ in true }
        let chance = "a core gets its random numbers from a SeededGenerator"
        let clock = "a core gets the time as an argument"
        return [
            Token(text: "try!", reason: "throw, or handle the error", applies: everywhere),
            Token(text: "as!", reason: "bind with `as?`", applies: everywhere),
            Token(text: "print(", reason: "only programs print", applies: isLibrary),
            Token(text: "Date()", reason: clock, applies: isPure),
            Token(text: "ContinuousClock", reason: clock, applies: isPure),
            Token(text: "SuspendingClock", reason: clock, applies: isPure),
            Token(text: ".random(", reason: chance, applies: isPure),
            Token(text: ".randomElement(", reason: chance, applies: isPure),
            Token(text: ".shuffled()", reason: chance, applies: isPure),
            Token(text: "SystemRandomNumberGenerator", reason: chance, applies: isPure),
            Token(text: "Task.sleep", reason: "a core asks its shell for a timer", applies: isPure),
        ]
    }()

    /// Marks of work that is not done, wherever they stand.
    private static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

    /// Exceptions from the rules of concurrency, which need their reason beside them.
    private static let exceptions = ["@unchecked Sendable", "nonisolated(unsafe)"]

    /// The banned words of a file.
    static func findings(_ file: SourceTree.File) -> [String] {
        // Most files hold none of the words at all, and need no closer look.
        let tokens = tokens.filter { $0.applies(file) && file.text.contains($0.text) }
        let marks = marks.filter { file.text.contains($0) }
        let exceptions = exceptions.filter { file.text.contains($0) }
        if tokens.isEmpty, marks.isEmpty, exceptions.isEmpty { return [] }
        var found: [String] = []
        let lines = file.lines
        var isInText = false
        for (index, line) in lines.enumerated() {
            let place = "\(file.path):\(index + 1)"
            for mark in marks where words(line).contains(mark) {
                found.append("\(place): `\(mark)`: do it, or open an issue")
            }
            let code = code(line, isInText: &isInText)
            for token in tokens where holds(code, token.text) {
                found.append("\(place): `\(token.text)`: \(token.reason)")
            }
            for exception in exceptions where code.contains(exception) {
                let near = lines[max(0, index - 4)...index].joined(separator: "\n")
                if !near.contains("Safe because:") {
                    found.append("\(place): `\(exception)` without `// Safe because:` before it")
                }
            }
        }
        return found
    }

    /// True where the word stands in code and is no end of another one (`debugPrint(`).
    private static func holds(_ code: String, _ token: String) -> Bool {
        code.ranges(of: token).contains { range in
            guard token.first?.isLetter == true, range.lowerBound > code.startIndex else {
                return true
            }
            let before = code[code.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && before != "_" && before != "."
        }
    }

    private static func words(_ line: Substring) -> Set<String> {
        Set(line.split { !$0.isLetter }.map(String.init))
    }

    /// What of a line is code: texts and comments are left out.
    ///
    /// Texts within interpolations count as code; that is good enough here.
    static func code(_ line: some StringProtocol, isInText: inout Bool) -> String {
        var code = ""
        var rest = String(line)[...]
        while !rest.isEmpty {
            if rest.hasPrefix("\"\"\"") {
                isInText.toggle()
                rest = rest.dropFirst(3)
            } else if isInText {
                rest = rest.dropFirst()
            } else if rest.hasPrefix("//") {
                break
            } else if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.first, character != "\"" {
                    rest = rest.dropFirst(character == "\\" ? 2 : 1)
                }
                rest = rest.dropFirst()
                code += "\"\""
            } else {
                code.append(rest.removeFirst())
            }
        }
        return code
    }
}
