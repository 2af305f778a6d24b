import Testing

/// docs/claims.md: whatever a claim is proved by exists.
@Suite struct ClaimsTests {
    private static let page = "docs/claims.md"

    /// What stands between backticks in the rows of the page's tables.
    private static func named(in text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("|") }.flatMap { row in
            row.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        }
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
            for name in names { #expect(Self.exists(name, in: tree), "\(name) in: \(row)") }
        }
    }

    @Test("a name that is neither is found")
    func missing() throws {
        let tree = try SourceTree()
        #expect(Self.exists("ClaimsTests.missing", in: tree))
        for name in ["ClaimsTests.no", "NoTests.missing", "Plans/no.yaml", "words"] {
            #expect(!Self.exists(name, in: tree))
        }
        #expect(Self.named(in: "| a | `b.c`, `d` |\n`e`") == ["b.c", "d"])
    }
}
