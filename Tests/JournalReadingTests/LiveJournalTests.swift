import Evidence
import Journal
import Synchronization
import Testing

@testable import JournalReading

/// Following a journal that grows faster than it is read.
@Suite("The live journal", .serialized, .timeLimit(.minutes(2)))
struct LiveJournalTests {
    @Test(
        "a look reads no more than it may, says what it left, and the next one goes on from there"
    )
    func bound() throws {
        let real = try RealJournal("live")
        defer { real.runtime.remove() }
        let (directory, journal, writer) = (real.directory, real.journal, real.writer)
        let batcher = DeliveryBatcher(writer)
        var digest = 0
        // Batches of up to four deliveries between single records.
        for number in 0..<200 {
            let time = Instant(nanoseconds: Int64(number))
            try batcher.write(.alive, [.user: "u", .session: "s", .since: "\(number)"], at: time)
            for _ in 0..<(number % 5) {
                digest += 1
                try batcher.write(
                    .deliver,
                    [
                        .user: "u", .session: "s", .message: "v/v-0/\(digest)",
                        .digest: Digest("\(digest)".utf8).description,
                    ],
                    at: time
                )
            }
        }
        try batcher.settle()
        let written = writer.accepted
        try writer.write(.barrier, [:], at: .zero)
        let other = try LiveJournal(directory)
        try journal.barrierAndStop { try other.poll().contains { $0.event == .barrier } }
        let live = try LiveJournal(directory)
        var sequences: [Int64] = []
        var looks = 0
        repeat {
            let records = try live.poll(atMost: 10)
            #expect(records.count < 10 + 4)
            #expect(live.isBehind || records.count < 10)
            sequences += records.map(\.sequence)
            looks += 1
        } while live.isBehind && looks < 1_000
        #expect(sequences == Array(0...written))
        #expect(looks > 40)
        #expect(try live.poll().isEmpty)
        #expect(!live.isBehind)
    }

    @Test("who reads without a rest while several write sees every record once, from file to file")
    func restless() throws {
        let real = try RealJournal("restless", fileSizeMax: "8M")
        defer { real.runtime.remove() }
        let each = 2_500
        let ended = Ended()
        let threads = try (0..<4).map { place in
            let writer = try JournalWriter(
                identity: WriterIdentity(
                    run: "r",
                    node: "n\(place)",
                    incarnation: 0,
                    program: "test"
                ),
                socketPath: real.runtime.journalSocket,
                ackPagePath: "\(real.runtime.path)/ack.\(place)"
            )
            return try SystemThread(name: "writer") {
                for number in 0..<each {
                    let fields: FieldValues = [.peer: "p\(place).\(number)", .reason: "\(number)"]
                    try? writer.write(.linkLost, fields, at: Instant(nanoseconds: Int64(number)))
                }
                ended.count.add(1, ordering: .releasing)
            }
        }
        let live = try LiveJournal(real.directory)
        var seen: [Record] = []
        while ended.count.load(ordering: .acquiring) < 4 { seen += try live.poll(atMost: 50) }
        for thread in threads { thread.join() }
        try real.writer.write(.barrier, [:], at: .zero)
        try real.journal.barrierAndStop {
            seen += try live.poll(atMost: 50)
            return seen.last?.event == .barrier
        }
        let all = try JournalDirectory.read(real.directory)
        #expect(all.damage.isEmpty)
        #expect(seen == Array(all.records))
        #expect(try Files.entries(of: real.directory).count > 1)
    }

    /// How many writers have ended.
    private final class Ended: Sendable {
        let count = Atomic(0)
    }
}
