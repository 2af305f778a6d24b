import Evidence
import Foundation
import Glibc
import Journal
import Testing

@testable import JournalReading

/// Records from files that are no journal: what `journalctl` writes out, on this machine or another one.
@Suite(.timeLimit(.minutes(10))) struct EvidenceInputTests {
    private func read(_ bytes: [UInt8]) throws -> JournalContents {
        let path = "/tmp/evidence-input-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        defer { unlink(path) }
        return try EvidenceInput.read(path)
    }

    private func read(_ text: String) throws -> JournalContents { try read(Array(text.utf8)) }

    private let one = """
        __CURSOR=s=ab;i=2a;b=cd
        PRIORITY=6
        ORDEAL_RUN=r
        ORDEAL_NODE=n
        ORDEAL_INCARNATION=0
        ORDEAL_SEQ=3
        ORDEAL_TIME=77
        ORDEAL_EVENT=link-lost
        ORDEAL_PEER=server.2
        """

    @Test(
        "an entry of the export format is a record; a text of several lines has its length before it"
    )
    func export() throws {
        var bytes = Array("\(one)\nORDEAL_REASON\n".utf8)
        bytes += [3, 0, 0, 0, 0, 0, 0, 0] + Array("a\nb\n\nMESSAGE=somebody else's\n\n".utf8)
        let contents = try read(bytes)
        #expect(contents.damage.isEmpty)
        let record = try #require(contents.records.first)
        #expect(contents.records.count == 1)
        #expect(record.journalSequence == 42)
        #expect(record.sequence == 3)
        #expect(record[.reason] == "a\nb")
        #expect(record[.peer] == "server.2")
    }

    @Test("a line of JSON is a record: texts with escapes, numbers, bytes, values that come twice")
    func json() throws {
        let head = """
            "ORDEAL_RUN":"r","ORDEAL_NODE":"n","ORDEAL_INCARNATION":0,"ORDEAL_TIME":"77"
            """
        let contents = try read(
            """
            {\(head),"ORDEAL_SEQ":"0","ORDEAL_EVENT":"link-lost","ORDEAL_PEER":"\\u00e9\\n\\ud83d\\ude00\\"","_PID":null}
            { "MESSAGE" : ["a", "b"], "PRIORITY":"6" }

            {\(head),"ORDEAL_SEQ":"1","ORDEAL_EVENT":"link-lost","ORDEAL_PEER":[97,10,98]}
            """
        )
        #expect(contents.damage.isEmpty)
        #expect(contents.records.map(\.sequence) == [0, 1])
        #expect(contents.records.map { $0[.peer] } == ["é\n😀\"", "a\nb"])
    }

    @Test(
        "what cannot be read is told and leaves the rest",
        arguments: [
            "{\"ORDEAL_RUN\":\"r\"", "{\"ORDEAL_RUN\":}", "{\"a\":\"\\x\"}", "{\"a\":tru}", "[]{",
            "{\"ORDEAL_RUN\":\"r\",\"ORDEAL_PEER\":null}", "{\"a\":\"\\ud800\"}", "{}x",
            "{\"ORDEAL_RUN\":\"r\",\"ORDEAL_EVENT\":\"never\"}", "{\"a\":[1,",
        ]
    )
    func brokenJSON(line: String) throws {
        let whole = """
            {"ORDEAL_RUN":"r","ORDEAL_NODE":"n","ORDEAL_INCARNATION":"0","ORDEAL_SEQ":"0",\
            "ORDEAL_TIME":"1","ORDEAL_EVENT":"barrier"}
            """
        let contents = try read("\(whole)\n\(line)\n\(whole)\n")
        #expect(contents.records.count == 2)
        #expect(contents.damage.count == 1)
    }

    @Test("a text that breaks off says so, wherever it does")
    func cut() throws {
        var bytes = Array("\(one)\nORDEAL_REASON\n".utf8)
        bytes += [3, 0, 0, 0, 0, 0, 0, 0] + Array("a\nb\n\n".utf8)
        for length in 1..<bytes.count {
            let contents = try read(Array(bytes[..<length]))
            #expect(contents.records.isEmpty, "\(length)")
            #expect(!contents.damage.isEmpty, "\(length)")
        }
        #expect(try read(bytes).damage.isEmpty)
    }

    @Test("a length that leads nowhere is not followed")
    func length() throws {
        let bytes = Array("ORDEAL_RUN\n".utf8) + [UInt8](repeating: 0xff, count: 8)
        #expect(try read(bytes + Array("a\n\n".utf8)).damage.count == 1)
    }

    @Test("the journal's notice that it suppressed messages is damage")
    func suppressed() throws {
        let notice = "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e\nN_DROPPED=12\n\n"
        #expect(try read(notice).damage == [.suppressed(count: 12)])
    }

    @Test("an empty file and a missing one are told apart from a whole one")
    func nothing() throws {
        #expect(try read([]).damage.count == 1)
        #expect(try read("# nothing\n\n").damage.count == 1)
        #expect(throws: ReadError.self) { try EvidenceInput.read("/nonexistent/journal") }
    }

    private func sorted(_ record: Record) -> Record {
        var record = record
        let pairs = record.fields.pairs.sorted { $0.field.rawValue < $1.field.rawValue }
        record.fields = [:]
        for (field, value) in pairs { record.fields[field] = value }
        return record
    }

    /// What a program writes to standard output.
    private func output(_ words: [String]) throws -> [UInt8] {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(data)
    }

    @Test("what journalctl writes of a journal is that journal, record for record")
    func journalctl() throws {
        let real = try RealJournal("input")
        defer { real.runtime.remove() }
        let (directory, journal, writer) = (real.directory, real.journal, real.writer)
        for number in 0..<50 {
            let reason = number % 5 == 0 ? "ein \"Grün\"\n\t\\ \(number)\u{1}" : "\(number)"
            let plan = String(repeating: "- step\n", count: number * 40)
            try writer.write(.linkLost, [.peer: "p", .reason: reason], at: .zero)
            try writer.write(.runStarted, [.plan: plan, .seed: "1", .version: "1"], at: .zero)
        }
        try writer.write(.barrier, [:], at: .zero)
        try journal.stop()
        let records = Array(try EvidenceInput.read(directory).records)
        #expect(records.count == 101)
        for form in [["export"], ["json", "--all"]] {
            let text = try output(["journalctl", "-q", "--directory", directory, "-o"] + form)
            let contents = try read(text)
            #expect(contents.damage.isEmpty)
            // JSON has its members in any order.
            let isSame = contents.records.map(sorted) == records.map(sorted)
            #expect(isSame, "\(form)")
        }
        let name = try #require(try Files.entries(of: directory).first)
        #expect(try EvidenceInput.read("\(directory)/\(name)").records.elementsEqual(records))
    }
}
