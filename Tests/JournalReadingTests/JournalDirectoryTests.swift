import Evidence
import Foundation
import JournalReading
import Testing

@Suite struct JournalDirectoryTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = URL(fileURLWithPath: "/tmp/ordeal-reading-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("a folder without journal files is damage, not an empty journal")
    func empty() throws {
        try withFolder { folder in
            let contents = try JournalDirectory.read(folder.path)
            #expect(contents.records.isEmpty)
            #expect(contents.damage.count == 1)
        }
    }

    @Test("a pipe with a journal's name is damage and is not waited for")
    func pipe() throws {
        try withFolder { folder in
            #expect(mkfifo(folder.appendingPathComponent("a.journal").path, 0o600) == 0)
            let damage = try JournalDirectory.read(folder.path).damage
            let why = "it is no regular file"
            #expect(damage == [.unreadableFile(name: "a.journal", why: why)])
        }
    }

    @Test("a folder that is not there is an error")
    func missing() {
        #expect(throws: ReadError.self) { try JournalDirectory.read("/nonexistent/journal") }
    }

    @Test("a file that is no journal is damage that names it", arguments: ["", "text", "LPKSHHRH"])
    func noJournal(_ text: String) throws {
        try withFolder { folder in
            try text.write(
                to: folder.appendingPathComponent("a.journal"),
                atomically: true,
                encoding: .utf8
            )
            let damage = try JournalDirectory.read(folder.path).damage
            guard case .unreadableFile(let name, _) = damage.first else {
                Issue.record("expected an unreadable file, got \(damage)")
                return
            }
            #expect(name == "a.journal")
        }
    }
}
