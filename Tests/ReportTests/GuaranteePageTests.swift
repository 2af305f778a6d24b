import Checkers
import Foundation
import Report
import Testing

/// docs/guarantees.md tells of every guarantee and of every member of verdict.json.
@Suite struct GuaranteePageTests {
    private func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/guarantees.md"), encoding: .utf8)
    }

    @Test(
        "every guarantee is on the page, with its promise",
        arguments: Guarantee.allCases
    )
    func guarantees(guarantee: Guarantee) throws {
        let page = try page()
        let row = "| \(guarantee.code) | \(guarantee.name) | \(guarantee.promise) |"
        #expect(page.contains(row))
    }

    @Test("every member of verdict.json is on the page")
    func members() throws {
        let page = try page()
        let object = try JSONSerialization.jsonObject(
            with: Data(SmallRun.report(deliveries: 2).verdictJSON.utf8)
        )
        var names: Set<String> = []
        func collect(_ value: Any, under parent: String) {
            if let members = value as? [String: Any] {
                // Counts and versions have members by name of what is counted.
                for (name, member) in members {
                    if !["counts", "versions", "totals"].contains(parent) { names.insert(name) }
                    collect(member, under: name)
                }
            } else if let values = value as? [Any] {
                for member in values { collect(member, under: parent) }
            }
        }
        collect(object, under: "")
        #expect(names.count > 30)
        for name in names.sorted() {
            #expect(page.contains("`\(name)`"), "\(name)")
        }
    }
}
