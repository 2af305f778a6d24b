import Evidence
import Journal
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
}
