import Testing

/// The rules themselves find what they are for.
@Suite struct RuleTests {
    private func file(_ path: String, _ text: String) -> SourceTree.File {
        SourceTree.File(path: path, text: text)
    }

    @Test(
        "a line of import names its module",
        arguments: [
            ("import Glibc", "Glibc"), ("public import Evidence", "Evidence"),
            ("@testable import Chaos", "Chaos"), ("import struct NIOCore.ByteBuffer", "NIOCore"),
        ]
    )
    func module(line: String, module: String) {
        #expect(ImportRules.module(of: line[...]) == module)
        #expect(ImportRules.module(of: "// \(line)") == nil)
    }

    @Test("an import beyond the table is found, in a core folder too")
    func imports() {
        func count(_ path: String, _ text: String) -> Int {
            ImportRules.findings(file(path, text)).count
        }
        #expect(
            count("Sources/Messaging/Wire/A.swift", "import Evidence\nimport Foundation\n") == 1
        )
        #expect(count("Sources/Chaos/Relay/A.swift", "import NIOCore\nimport Glibc\n") == 0)
        #expect(count("Sources/Chaos/Core/A.swift", "import NIOCore\nimport Planning\n") == 1)
        #expect(count("Sources/Planning/A.swift", "import Evidence\n") == 1)
        #expect(count("Sources/Unknown/A.swift", "\n") == 1)
        #expect(count("Tests/XTests/A.swift", "import Foundation\n") == 0)
    }

    @Test("a banned word is found in code, not in a text or a comment")
    func tokens() {
        func count(_ path: String, _ text: String) -> Int {
            TokenRules.findings(file(path, text)).count
        }
        let core = "Sources/Evidence/A.swift"
        #expect(count(core, "let a = try! b()") == 1)
        #expect(count(core, "let a = \"try! \\\" try!\" // try! b()") == 0)
        #expect(count(core, "let a = \"\"\"\n    try! b()\n    \"\"\"\ntry! c()") == 1)
        #expect(count(core, "let now = ContinuousClock().now") == 1)
        #expect(count("Sources/Chaos/Shell.swift", "let now = ContinuousClock().now") == 0)
        #expect(count("Sources/Chaos/Core/A.swift", "Int.random(in: 0..<3)") == 1)
        #expect(count(core, "print(1)") == 1)
        #expect(count(core, "footprint(1)\nlog.print(1)") == 0)
        #expect(count("Sources/Node/main.swift", "print(1)") == 0)
        #expect(count(core, "// TO" + "DO: later") == 1)
        #expect(count(core, "// a_TO" + "DOist") == 0)
        #expect(count(core, "final class A: @unchecked Sendable {}") == 1)
        #expect(count(core, "// Safe because: it is.\nfinal class A: @unchecked Sendable {}") == 0)
    }

    @Test("a long file, a plan without header and a dead link are found")
    func texts() {
        let lines = String(repeating: "a\n", count: 400)
        #expect(TextRules.length(file("a.swift", lines)).isEmpty)
        #expect(TextRules.length(file("a.swift", lines + "b\n")).count == 1)
        #expect(TextRules.header(file("Plans/a.yaml", "plan: a\n")).count == 1)
        #expect(TextRules.header(file("Plans/a.yaml", "# Proves that it works.\n")).isEmpty)
        let page = file("docs/a.md", "[a](b.md#c) [d](../E.md) [f](https://g.h) [i](#j)\n[k](l.md)")
        let found = TextRules.links(page) { ["docs/b.md", "E.md"].contains($0) }
        #expect(found == ["docs/a.md:2: nothing is at `l.md`"])
    }
}
