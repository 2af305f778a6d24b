import Evidence
import Foundation
import Glibc
import JournalReading
import Testing

@testable import Journal

/// The writers for other languages in `Writers/`: what they write is what ours writes.
@Suite("Writers for others", .serialized, .timeLimit(.minutes(1)))
struct OtherWritersTests {
    private static let writers = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Writers").path

    let directory: TemporaryDirectory
    let runtime: RuntimeDirectory

    init() throws {
        directory = try TemporaryDirectory()
        runtime = try RuntimeDirectory.make(run: directory.path)
    }

    private static let python = """
        import sys; sys.path.insert(0, sys.argv[1])
        import ordeal_records as o
        r = o.Records("mine")
        body = "zwei\\nZeilen, ein ü"
        r.write("send", user="ann", message="ann/s/1", digest=o.digest(body))
        r.write("login", operation="1", user="ann", secret=o.fingerprint("ann", "geheim"))
        r.write("login-ok", operation="1", user="ann", session=4, secret="x", resumes=True)
        r.write("login-info", operation="2", user="ann", reason="a\\nb", at=77)
        r.write("login-info", operation="3", user="ann", reason="line\\n" * 1000000)
        if len(sys.argv) > 2: import os; os.kill(os.getpid(), 9)
        r.close()
        """

    private static let shell = """
        . "$1/ordeal-records.sh"
        ordeal_started mine
        body='zwei
        Zeilen, ein ü'
        ordeal_record send USER=ann MESSAGE=ann/s/1 "DIGEST=$(ordeal_digest "$body")"
        ordeal_record login OPERATION=1 USER=ann "SECRET=$(ordeal_fingerprint ann geheim)"
        ordeal_record login-ok OPERATION=1 USER=ann SESSION=4 SECRET=x RESUMES=yes
        ordeal_record login-info OPERATION=2 USER=ann 'REASON=a
        b'
        [ $# = 1 ] || kill -9 $$
        ordeal_closed
        """

    /// Runs a program with a journal of its own; returns its records and what its ack page counts.
    private func records(_ words: [String]) throws -> (records: [Record], accepted: Int64) {
        defer { runtime.remove() }
        let files = "\(directory.path)/journal"
        let journal = try PrivateJournal.start(runtime: runtime, directory: files) { _ in }
        let environment = JournalEnvironment(
            run: "r1",
            node: "other.1",
            incarnation: 2,
            socketPath: runtime.journalSocket,
            ackPagePath: "\(directory.path)/ack"
        )
        let began = MonotonicClock.now()
        let process = Foundation.Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment.variables { variables[name] = value }
        process.environment = variables
        try process.run()
        process.waitUntilExit()
        let ended = MonotonicClock.now()
        // What is still in the socket's queue may be lost to a daemon that ends: the last record tells
        // that all the others were stored.
        let last = try JournalWriter(
            identity: WriterIdentity(run: "r1", node: "last", incarnation: 0, program: "test"),
            socketPath: runtime.journalSocket,
            ackPagePath: "\(directory.path)/ack.last"
        )
        try last.write(.barrier, [:], at: .zero)
        let live = try LiveJournal(files)
        try journal.barrierAndStop {
            try live.poll().contains { $0.event == .barrier }
        }
        let contents = try JournalDirectory.read(files)
        #expect(contents.damage.isEmpty, "\(contents.damage)")
        let records = contents.records.filter { $0.node != "last" }
        for record in records where record.time.nanoseconds != 77 {
            #expect(began <= record.time && record.time <= ended)
        }
        return (records, try AckPage.accepted(at: environment.ackPagePath))
    }

    private func expectSame(_ records: [Record]) {
        #expect(records.map(\.sequence) == Array(0..<Int64(records.count)))
        #expect(records.allSatisfy { $0.run == "r1" && $0.node == "other.1" })
        #expect(records.allSatisfy { $0.incarnation == 2 })
        #expect(
            records.prefix(5).map(\.event) == [.started, .send, .login, .loginOK, .loginInfo]
        )
        #expect(records[1][.digest] == Digest("zwei\nZeilen, ein ü".utf8).description)
        #expect(records[1][.message] == "ann/s/1")
        #expect(records[2][.secret] == Digest(user: "ann", secret: "geheim").description)
        #expect(records[3][.resumes] == "yes")
        #expect(records[3][.session] == "4")
        #expect(records[4][.reason] == "a\nb")
    }

    @Test("a Python program's records are read whole, and its ack page counts them")
    func python() throws {
        let (records, accepted) = try records(["python3", "-c", Self.python, Self.writers])
        try #require(records.count == 7)
        expectSame(records)
        #expect(records[4].time == Instant(nanoseconds: 77))
        #expect(records[5][.reason]?.utf8.count == 5_000_000)
        #expect(records[6].event == .closed)
        #expect(records[6][.count] == "7")
        #expect(records[6][.blocked] != nil)
        #expect(accepted == 7)
    }

    @Test("a killed Python program leaves what it wrote, and a page that says so")
    func killedPython() throws {
        let words = ["python3", "-c", Self.python, Self.writers, "die"]
        let (records, accepted) = try records(words)
        try #require(records.count == 6)
        expectSame(records)
        #expect(accepted == 6)
    }

    @Test("a shell script's records are read whole, and its ack page counts them")
    func shell() throws {
        let (records, accepted) = try records(["sh", "-c", Self.shell, "sh", Self.writers])
        try #require(records.count == 6)
        expectSame(records)
        #expect(records[5].event == .closed)
        #expect(records[5][.count] == "6")
        #expect(accepted == 6)
    }

    @Test("a killed shell script leaves what it wrote, and a page that says so")
    func killedShell() throws {
        let words = ["sh", "-c", Self.shell, "sh", Self.writers, "die"]
        let (records, accepted) = try records(words)
        try #require(records.count == 5)
        expectSame(records)
        #expect(accepted == 5)
    }

    @Test("without a journal in the environment nothing is written and nothing fails")
    func byHand() throws {
        defer { runtime.remove() }
        for words in [
            ["python3", "-c", Self.python, Self.writers],
            ["sh", "-e", "-c", Self.shell, "sh", Self.writers],
        ] {
            let process = Foundation.Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = words
            process.environment = ["PATH": "/usr/bin:/bin"]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    @Test("the MESSAGE_IDs are those of the registry for every kind of event")
    func messageIDs() throws {
        defer { runtime.remove() }
        let code = """
            import sys; sys.path.insert(0, sys.argv[1])
            import ordeal_records as o
            for name in sys.argv[2:]: print(name, o.message_id(name))
            """
        let names = EventKind.allCases.map(\.rawValue)
        let process = Foundation.Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", code, Self.writers] + names
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let expected = EventKind.allCases.map { "\($0.rawValue) \(EventSchema($0).messageID)" }
        #expect(text.split(separator: "\n").map(String.init) == expected)
    }
}
