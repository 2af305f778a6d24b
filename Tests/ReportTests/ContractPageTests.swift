import Evidence
import Foundation
import Report
import Testing

/// The files of the record contract are made from the registry; `UPDATE_GOLDEN=1 swift test …` writes them
/// again.
@Suite struct ContractPageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func expectSame(_ name: String, _ expected: String) throws {
        let file = Self.root.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(expected.utf8).write(to: file)
        }
        let isSame = try String(contentsOf: file, encoding: .utf8) == expected
        #expect(isSame, "\(name) is not what the registry says: run with UPDATE_GOLDEN=1")
    }

    @Test("the JSON Schema of records is what the registry says")
    func schema() throws {
        try expectSame("docs/records.schema.json", RecordSchema.text)
    }

    @Test("the journal's catalog is what the registry says")
    func catalog() throws {
        try expectSame("docs/ordeal.catalog", RecordCatalog.text)
    }
}
