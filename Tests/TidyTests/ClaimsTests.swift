import Testing

/// docs/claims.md: whatever a claim is proved by exists.
@Suite struct ClaimsTests {
    private static let page = "docs/claims.md"

    /// The proofs between backticks in a row of a table: tests and plans, not settings and commands.
    private static func named(in row: String) -> [String] {
        row.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            .filter { $0.contains("Tests.") || $0.hasPrefix("Plans/") }
    }

    /// Whether a name is a plan that is there, or `Suite.test` of a test that is there.
    private static func exists(_ name: String, in tree: SourceTree) -> Bool {
        if name.hasPrefix("Plans/") { return tree.files.contains { $0.path == name } }
        let parts = name.split(separator: ".")
        guard parts.count == 2 else { return false }
        return tree.files.contains { file in
            file.path.hasPrefix("Tests/") && file.path.hasSuffix(".swift")
                && file.text.contains("struct \(parts[0]) {")
                && file.text.contains("func \(parts[1])(")
        }
    }

    @Test("each test and plan that the page names exists, and each row names one")
    func everyProofExists() throws {
        let tree = try SourceTree()
        let page = try #require(tree.files.first { $0.path == Self.page })
        let rows = page.lines.filter { $0.hasPrefix("| ") && !$0.hasPrefix("| claim") }
        #expect(rows.count > 20)
        for row in rows {
            let names = Self.named(in: String(row))
            #expect(!names.isEmpty, "no proof in: \(row)")
            let missing = names.filter { !Self.exists($0, in: tree) }
            #expect(missing.isEmpty, "in: \(row)")
        }
    }

    @Test("a name that is neither is found")
    func missing() throws {
        let tree = try SourceTree()
        let names = [
            "ClaimsTests.missing", "ClaimsTests.no", "NoTests.missing", "Plans/no.yaml", "words",
        ]
        let found = names.filter { Self.exists($0, in: tree) }
        #expect(found == ["ClaimsTests.missing"])
        let row = "| a | `BTests.c`, `hold` | as `Plans/d.yaml` |"
        #expect(Self.named(in: row) == ["BTests.c", "Plans/d.yaml"])
    }
}
