import Evidence
import Glibc
import JournalReading
import Synchronization
import Testing

@testable import Journal

@Suite("The private journald", .serialized, .timeLimit(.minutes(2)))
struct PrivateJournalTests {
    let directory: TemporaryDirectory
    let runtime: RuntimeDirectory

    init() throws {
        directory = try TemporaryDirectory()
        runtime = try RuntimeDirectory.make(run: directory.path)
    }

    var files: String { "\(directory.path)/journal" }

    func writer(node: String = "server.1") throws -> JournalWriter {
        try JournalWriter(
            identity: WriterIdentity(run: "r1", node: node, incarnation: 0, program: "test"),
            socketPath: runtime.journalSocket,
            ackPagePath: "\(directory.path)/ack.\(node)"
        )
    }

    func start(
        configuration: JournaldConfiguration = JournaldConfiguration(fileSizeMax: "128M"),
        onRestart: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> PrivateJournal {
        try PrivateJournal.start(
            runtime: runtime,
            directory: files,
            configuration: configuration,
            onRestart: onRestart
        )
    }

    @Test("what was written is in the files after the stop, and nothing else is left")
    func writtenIsStored() throws {
        defer { runtime.remove() }
        let journal = try start()
        let pid = journal.pid
        let writer = try writer()
        for number in 0..<500 {
            let fields: FieldValues = [.phase: "start"]
            try writer.write(.phase, fields, at: Instant(nanoseconds: Int64(number)))
        }
        try writer.write(.barrier, [:], at: .zero)
        let live = try LiveJournal(files)
        try journal.barrierAndStop {
            try live.poll().contains { $0.event == .barrier }
        }
        #expect(kill(pid, 0) == -1)
        let contents = try JournalDirectory.read(files)
        #expect(contents.damage.isEmpty)
        #expect(contents.records.map(\.sequence) == Array(0...500))
        #expect(try Files.entries(of: files) == ["system.journal"])
        #expect(journal.limitation == nil)
        #expect(!Files.exists("/etc/systemd/journald@ordeal.conf"))
        #expect(!Files.exists("/run/systemd/journald@ordeal.conf.d"))
        #expect(!Files.exists("/run/log/journal/ordeal"))
    }

    @Test("a record too big for a datagram is stored whole")
    func bigRecordIsStored() throws {
        defer { runtime.remove() }
        let journal = try start()
        let writer = try writer()
        let plan = String(repeating: "line of a plan\n", count: 200_000)
        try writer.write(.runStarted, [.plan: plan, .seed: "1", .version: "1"], at: .zero)
        try writer.write(.barrier, [:], at: .zero)
        let live = try LiveJournal(files)
        try journal.barrierAndStop {
            try live.poll().contains { $0.event == .barrier }
        }
        let contents = try JournalDirectory.read(files)
        #expect(contents.damage.isEmpty)
        #expect(contents.records.first?[.plan] == plan)
    }

    @Test("a killed journald comes back and at most the record in hand is lost")
    func killedComesBack() throws {
        defer { runtime.remove() }
        let reasons = Mutex<[String]>([])
        let journal = try start { reason in reasons.withLock { $0.append(reason) } }
        let writer = try writer()
        let kills = 3
        for round in 0..<(kills + 1) {
            for _ in 0..<1_000 { try writer.write(.phase, [.phase: "start"], at: .zero) }
            if round < kills {
                let pid = journal.pid
                kill(pid, SIGKILL)
                while journal.pid == pid { usleep(1_000) }
            }
        }
        try writer.write(.barrier, [:], at: .zero)
        let live = try LiveJournal(files)
        try journal.barrierAndStop {
            try live.poll().contains { $0.event == .barrier }
        }
        #expect(reasons.withLock { $0.count } == kills)
        #expect(reasons.withLock { $0.first }?.contains("signal 9") == true)
        let contents = try JournalDirectory.read(files)
        #expect(contents.records.count >= 4_001 - kills)
        #expect(contents.records.last?.event == .barrier)
        let unreadable = contents.damage.filter {
            if case .unreadableFile = $0 { true } else { false }
        }
        #expect(unreadable.isEmpty)
    }

    @Test("two journals side by side never meet")
    func twoNeverMeet() throws {
        defer { runtime.remove() }
        let first = try start()
        let other = try RuntimeDirectory.make(run: directory.path)
        defer { other.remove() }
        let second = try PrivateJournal.start(
            runtime: other,
            directory: "\(directory.path)/other"
        ) { _ in }
        try writer().write(.barrier, [:], at: .zero)
        try first.stop()
        try second.stop()
        #expect(try JournalDirectory.read(files).records.count == 1)
        #expect(try JournalDirectory.read("\(directory.path)/other").records.isEmpty)
    }

    @Test("a directory that cannot be made is an error with a remedy")
    func directoryCannotBeMade() throws {
        defer { runtime.remove() }
        try Files.write("", to: "\(directory.path)/file")
        let error = #expect(throws: JournalError.self) {
            try PrivateJournal.start(
                runtime: runtime,
                directory: "\(directory.path)/file/journal"
            ) { _ in }
        }
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("a journal that does not fit onto the disk is refused beforehand")
    func spaceIsChecked() throws {
        defer { runtime.remove() }
        try JournalSpace.check(directory: directory.path, expectedRecords: 1_000)
        let error = #expect(throws: JournalError.self) {
            try JournalSpace.check(directory: directory.path, expectedRecords: 1 << 50)
        }
        #expect(error?.code == .space)
        #expect(try JournalSpace.isLow(directory: directory.path, reserve: 0) == false)
        #expect(try JournalSpace.isLow(directory: directory.path, reserve: .max))
    }
}
