import Evidence
import Glibc
import Journal
import Testing

@testable import JournalReading

/// The project's own reader of journal files, held against libsystemd.
@Suite("The direct reader", .serialized, .timeLimit(.minutes(10)))
struct DirectReaderTests {
    /// A journal of several files, in a form of journald's choice or ours.
    private func withJournal(
        records: Int,
        form: [String: String] = [:],
        _ body: (_ directory: String, _ files: [String]) throws -> Void
    ) throws {
        let runtime = try RuntimeDirectory.make(run: "direct")
        defer { runtime.remove() }
        let directory = "\(runtime.path)/journal"
        var configuration = JournaldConfiguration(fileSizeMax: "8M")
        configuration.form = form
        let journal = try PrivateJournal.start(
            runtime: runtime,
            directory: directory,
            configuration: configuration
        ) { _ in }
        let writer = try JournalWriter(
            identity: WriterIdentity(run: "r", node: "n", incarnation: 0, program: "test"),
            socketPath: runtime.journalSocket,
            ackPagePath: "\(runtime.path)/ack"
        )
        let batcher = DeliveryBatcher(writer)
        for number in 0..<records {
            let time = Instant(nanoseconds: Int64(number) * 1_000_000_007)
            let message = "zoë \(number % 7)/n-0/\(number + 1)"
            let digest = Digest("\(number)".utf8).description
            let session: FieldValues = [.user: "zoë", .session: "s", .since: "\(time.nanoseconds)"]
            try writer.write(.alive, session, at: time)
            try writer.write(.send, [.user: "zoë", .message: message, .digest: digest], at: time)
            // Every tenth is a batch of three.
            for place in 0..<(number % 10 == 0 ? 3 : 0) {
                let fields: FieldValues = [
                    .user: "zoë", .session: "s", .message: message, .digest: digest,
                ]
                try batcher.write(.deliver, fields, at: time + .nanoseconds(place))
            }
            try batcher.settle()
            try writer.write(
                .linkLost,
                [.peer: "p\(number)", .reason: "a\nb = \(number)"],
                at: time
            )
        }
        try writer.write(.barrier, [:], at: .zero)
        try journal.stop()
        let names = try Files.entries(of: directory).map { "\(directory)/\($0)" }
        try body(directory, names.filter { $0.contains("@") } + names.filter { !$0.contains("@") })
    }

    @Test(
        "what it reads is what libsystemd reads, record for record",
        arguments: ["1", "0"]
    )
    func sameRecords(compact: String) throws {
        try withJournal(records: 2_500, form: ["SYSTEMD_JOURNAL_COMPACT": compact]) {
            directory,
            files in
            #expect(files.count > 1)
            for file in files {
                let part = try #require(try DirectReader.read(path: file))
                #expect(part.damage.isEmpty)
            }
            let slow = try JournalDirectory.read(directory, by: .libsystemd)
            let quick = try JournalDirectory.read(directory, by: .direct)
            #expect(quick.records.count == 7_501 + 750)
            #expect(quick.records.elementsEqual(slow.records))
            #expect(quick.damage == slow.damage)
        }
    }

    @Test("hashes without a key are checked as well")
    func unkeyed() throws {
        try withJournal(records: 50, form: ["SYSTEMD_JOURNAL_KEYED_HASH": "0"]) {
            directory,
            files in
            #expect(try DirectReader.read(path: files[0]) != nil)
            let slow = try JournalDirectory.read(directory, by: .libsystemd)
            let quick = try JournalDirectory.read(directory, by: .direct)
            #expect(quick.records.elementsEqual(slow.records))
        }
    }

    /// What a damaged journal says, in a form that does not depend on the order of complaints.
    private struct Said: Equatable {
        var records: [Record]
        var damage: Set<Damage>

        init(_ contents: JournalContents) {
            records = Array(contents.records)
            damage = Set(contents.damage)
        }

        /// The records without their places in the journal, which no hash covers.
        var texts: Set<Record> {
            Set(
                records.map {
                    var record = $0
                    record.journalSequence = 0
                    return record
                }
            )
        }
    }

    @Test("of a damaged file both say the same, wherever the damage is")
    func damaged() throws {
        try withJournal(records: 150) { directory, files in
            let whole = Said(try JournalDirectory.read(directory, by: .libsystemd))
            let path = files[0]
            let bytes = try Files.read(path)
            let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
            var random = SeededGenerator(seed: 11)
            let descriptor = open(path, O_WRONLY)
            defer { close(descriptor) }
            var differing = 0
            for round in 0..<400 {
                // A quarter of the damage to the header, the rest where objects are.
                let objects = used / 2..<used
                let place =
                    round % 4 == 0
                    ? random.below(272) : objects.lowerBound + random.below(objects.count)
                var byte = bytes[place] ^ UInt8(1 << random.below(8))
                #expect(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
                let slow = Said(try JournalDirectory.read(directory, by: .libsystemd))
                let quick = Said(try JournalDirectory.read(directory, by: .direct))
                if slow != quick {
                    // Where they differ, libsystemd does not get at all that is there.
                    differing += 1
                    let isMore = quick.texts.isSuperset(of: slow.texts)
                    #expect(isMore, "bit at byte \(place)")
                }
                let isOld = whole.texts.isSuperset(of: quick.texts)
                #expect(isOld, "bit at byte \(place)")
                let isWhole = quick.texts.count == whole.texts.count
                #expect(isWhole || !quick.damage.isEmpty, "bit at byte \(place)")
                #expect(slow.damage.isEmpty || !quick.damage.isEmpty, "bit at byte \(place)")
                byte = bytes[place]
                #expect(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
            }
            #expect(differing < 20)
            let isMended = Said(try JournalDirectory.read(directory, by: .direct)) == whole
            #expect(isMended)
        }
    }

    @Test("a file cut anywhere gives what libsystemd gives of it")
    func cut() throws {
        try withJournal(records: 150) { directory, files in
            let path = files[0]
            let bytes = try Files.read(path)
            let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
            for part in [1, 3, 20, 50, 75, 99] {
                #expect(truncate(path, used * part / 100) == 0)
                let slow = Said(try JournalDirectory.read(directory, by: .libsystemd))
                let quick = Said(try JournalDirectory.read(directory, by: .direct))
                let isSame = slow == quick
                #expect(isSame, "at \(part) %")
                #expect(!quick.damage.isEmpty, "at \(part) %")
                let descriptor = open(path, O_WRONLY | O_TRUNC)
                #expect(write(descriptor, bytes, bytes.count) == bytes.count)
                close(descriptor)
            }
        }
    }
}
