import Evidence
import Glibc
import JournalReading
import Synchronization
import Testing

@testable import Journal

@Suite("The private journald", .serialized, .timeLimit(.minutes(10)))
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

    /// Stops a journal once the last record that was written is in its files.
    func end(_ journal: PrivateJournal, _ writer: JournalWriter) throws {
        try writer.write(.barrier, [:], at: .zero)
        let live = try LiveJournal(files)
        try journal.barrierAndStop {
            try live.poll().contains { $0.event == .barrier }
        }
    }

    /// For what reasons a journald was started again.
    final class Restarts: Sendable {
        private let said = Mutex<[String]>([])

        var reasons: [String] { said.withLock { $0 } }

        func add(_ reason: String) { said.withLock { $0.append(reason) } }
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
        try end(journal, writer)
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
        try end(journal, writer)
        let contents = try JournalDirectory.read(files)
        #expect(contents.damage.isEmpty)
        #expect(contents.records.first?[.plan] == plan)
    }

    @Test("a killed journald comes back and at most the record in hand is lost")
    func killedComesBack() throws {
        defer { runtime.remove() }
        let restarts = Restarts()
        let journal = try start { restarts.add($0) }
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
        try end(journal, writer)
        #expect(restarts.reasons.count == kills)
        #expect(restarts.reasons.first?.contains("signal 9") == true)
        let contents = try JournalDirectory.read(files)
        #expect(contents.records.count >= 4_001 - kills)
        #expect(contents.records.last?.event == .barrier)
        let unreadable = contents.damage.filter {
            if case .unreadableFile = $0 { true } else { false }
        }
        #expect(unreadable.isEmpty)
    }

    /// The journald of this run that is there besides another one, be it ready or not.
    private func journald(besides old: Int32) -> Int32? {
        for entry in (try? Files.entries(of: "/proc")) ?? [] {
            guard let pid = Int32(entry), pid != old,
                let bytes = try? Files.read("/proc/\(pid)/environ")
            else { continue }
            let environment = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if environment.contains("RUNTIME_DIRECTORY=\(runtime.path)") { return pid }
        }
        return nil
    }

    @Test("a journald that is killed while it comes back comes back again")
    func killedTwice() throws {
        defer { runtime.remove() }
        let restarts = Restarts()
        let journal = try start { restarts.add($0) }
        let writer = try writer()
        let first = journal.pid
        kill(first, SIGKILL)
        var second: Int32?
        while second == nil { second = journald(besides: first) }
        kill(try #require(second), SIGKILL)
        while journal.pid == first || journal.pid == second, journal.failure == nil {
            usleep(1_000)
        }
        #expect(journal.failure == nil)
        try end(journal, writer)
        // Where the second one was ready before it was killed, that is the second reason.
        #expect(restarts.reasons.last?.contains("restart 2") == true)
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

    @Test(
        "where no namespace is allowed journald runs with its defaults, and that is said",
        .enabled(if: geteuid() != 0, "root's journald would change the kernel's audit setting")
    )
    func withoutNamespaces() throws {
        defer { runtime.remove() }
        var configuration = JournaldConfiguration()
        configuration.isolation = JournaldConfiguration.Isolation.none
        let journal = try start(configuration: configuration)
        let writer = try writer()
        for _ in 0..<100 { try writer.write(.phase, [.phase: "start"], at: .zero) }
        try journal.stop()
        #expect(journal.limitation?.contains("defaults") == true)
        #expect(try JournalDirectory.read(files).records.count == 100)
    }

    @Test(
        "a disk that fills up is noticed, and journald does not go on elsewhere",
        .enabled(if: geteuid() == 0, "only root can mount a small file system")
    )
    func diskFull() throws {
        defer { runtime.remove() }
        try Files.makeDirectory(files)
        guard shell("mount -t tmpfs -o size=12m ordeal-test \(files)") == 0 else {
            try Test.cancel("a file system cannot be mounted here")
        }
        defer { #expect(shell("umount -l \(files)") == 0) }
        let journal = try start()
        let writer = try writer()
        var isLow = false
        let line = String(repeating: "x", count: 20_000)
        for number in 0..<2_000 where !isLow {
            let fields: FieldValues = [
                .target: "n", .targetIncarnation: "0", .channel: "stdout",
                .line: "\(number) \(line)",
            ]
            try writer.write(.output, fields, at: .zero)
            isLow = try JournalSpace.isLow(directory: files, reserve: 1 << 20)
        }
        #expect(isLow)
        for number in 0..<500 {
            let fields: FieldValues = [
                .target: "n", .targetIncarnation: "0", .channel: "stdout",
                .line: "more \(number) \(line)",
            ]
            try writer.write(.output, fields, at: .zero)
        }
        try journal.stop()
        let stored = try JournalDirectory.read(files).records.count
        #expect(stored > 0)
        #expect(stored < writer.accepted)
        for place in ["/run/log/journal", "/var/log/journal"] {
            let names = (try? Files.entries(of: place)) ?? []
            #expect(!names.contains { $0.hasSuffix(".ordeal") })
        }
    }

    private func shell(_ command: String) -> Int32? {
        var request = SpawnRequest("sh", ["-c", command])
        request.environment = [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")]
        request.parentDeathSignal = 0
        guard let child = try? request.start(), child.waitForEnd(.seconds(10)) else { return nil }
        return child.reap()?.status
    }

    @Test("journald dies with the process that started it, even by SIGKILL")
    func diesWithParent() async throws {
        defer { runtime.remove() }
        let pidPath = "\(directory.path)/pid"
        let run = runtime
        let files = files
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [
                path = run.path as String, id = run.run as String, files = files as String,
                pidPath = pidPath as String
            ] in
            let runtime = RuntimeDirectory(path: path, run: id)
            let journal = try PrivateJournal.start(runtime: runtime, directory: files) { _ in }
            try Files.write("\(journal.pid)", to: pidPath)
            kill(getpid(), SIGKILL)
        }
        let text = String(decoding: try Files.read(pidPath), as: UTF8.self)
        let pid = try #require(Int32(text))
        var isGone = false
        for _ in 0..<100 where !isGone {
            let status = (try? Files.read("/proc/\(pid)/stat")) ?? []
            isGone = status.isEmpty || String(decoding: status, as: UTF8.self).contains(") Z ")
            if !isGone { usleep(10_000) }
        }
        #expect(isGone)
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
