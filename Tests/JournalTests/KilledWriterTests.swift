import Evidence
import Glibc
import JournalReading
import Testing

@testable import Journal

@Suite("A writer that is killed", .serialized, .timeLimit(.minutes(10)))
struct KilledWriterTests {
    /// How many writers are killed; `ORDEAL_KILLS` overrides it.
    static let kills = getenv("ORDEAL_KILLS").flatMap { Int(String(cString: $0)) } ?? 12

    @Test("the journal holds what its ack page counts, or one record more, without a hole")
    func storedIsAcceptedOrOneMore() async throws {
        let directory = try TemporaryDirectory()
        let runtime = try RuntimeDirectory.make(run: directory.path)
        defer { runtime.remove() }
        let journal = try PrivateJournal.start(
            runtime: runtime,
            directory: "\(directory.path)/journal"
        ) { _ in }
        for incarnation in 0..<Self.kills {
            let microseconds = UInt32((incarnation &* 7_919) % 40_000)
            let socket = runtime.journalSocket
            let page = "\(directory.path)/ack.\(incarnation)"
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    incarnation = incarnation as Int, microseconds = microseconds as UInt32,
                    socket = socket as String, page = page as String
                ] in
                try writeUntilKilled(incarnation, microseconds, socket, page)
            }
        }
        let last = try JournalWriter(
            identity: WriterIdentity(run: "r", node: "o", incarnation: 0, program: "test"),
            socketPath: runtime.journalSocket,
            ackPagePath: "\(directory.path)/ack.o"
        )
        try last.write(.barrier, [:], at: .zero)
        let live = try LiveJournal("\(directory.path)/journal")
        try journal.barrierAndStop {
            try live.poll().contains { $0.event == .barrier }
        }
        let contents = try JournalDirectory.read("\(directory.path)/journal")
        #expect(contents.damage.isEmpty)
        for incarnation in 0..<Self.kills {
            let stored = contents.records.filter {
                $0.node == "n" && $0.incarnation == incarnation
            }
            let accepted = try AckPage.accepted(at: "\(directory.path)/ack.\(incarnation)")
            #expect(accepted > 0)
            #expect([0, 1].contains(Int64(stored.count) - accepted))
            #expect(stored.map(\.sequence) == Array(0..<Int64(stored.count)))
        }
    }
}

/// Writes as fast as the journal takes it, until a thread of its own kills the process.
private func writeUntilKilled(
    _ incarnation: Int,
    _ microseconds: UInt32,
    _ socket: String,
    _ page: String
) throws {
    let writer = try JournalWriter(
        identity: WriterIdentity(run: "r", node: "n", incarnation: incarnation, program: "test"),
        socketPath: socket,
        ackPagePath: page
    )
    try writer.writeStarted(version: "1")
    _ = try SystemThread(name: "killer") {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
    }
    while true {
        try writer.write(.phase, [.phase: "start"], at: MonotonicClock.now())
    }
}
