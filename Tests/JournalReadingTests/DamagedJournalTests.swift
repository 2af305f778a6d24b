import Evidence
import Glibc
import Journal
import JournalReading
import Testing

@Suite("A damaged journal", .serialized, .timeLimit(.minutes(10)))
struct DamagedJournalTests {
    /// Makes a journal of several files by a real journald; the paths of its files, oldest first.
    private func withJournal(
        records: Int,
        fileSizeMax: String,
        killAfter: Int? = nil,
        _ body: (_ directory: String, _ files: [String]) throws -> Void
    ) throws {
        let real = try RealJournal("damaged", fileSizeMax: fileSizeMax)
        defer { real.runtime.remove() }
        let (directory, journal, writer) = (real.directory, real.journal, real.writer)
        let live = try LiveJournal(directory)
        var seen = 0
        for number in 0..<records {
            let fields: FieldValues = [.peer: "peer.\(number)", .reason: "reason \(number)"]
            try writer.write(.linkLost, fields, at: Instant(nanoseconds: Int64(number)))
            if number == killAfter {
                let pid = journal.pid
                kill(pid, SIGKILL)
                while journal.pid == pid { usleep(1_000) }
            }
            if number % 500 == 0 { seen += try live.poll().count }
        }
        try writer.write(.barrier, [:], at: .zero)
        var isEnded = false
        try journal.barrierAndStop {
            let new = try live.poll()
            seen += new.count
            isEnded = isEnded || new.contains { $0.event == .barrier }
            return isEnded
        }
        #expect(Int64(seen) >= writer.accepted - (killAfter == nil ? 0 : 1))
        let names = try Files.entries(of: directory).map { "\(directory)/\($0)" }
        // The file in use is system.journal; the others have their first number in their names.
        try body(directory, names.filter { $0.contains("@") } + names.filter { !$0.contains("@") })
    }

    private func unreadable(_ damage: [Damage]) -> [String] {
        damage.compactMap {
            if case .unreadableFile(let name, _) = $0 { name } else { nil }
        }
    }

    private func missing(_ damage: [Damage]) -> UInt64 {
        damage.reduce(0) { sum, damage in
            if case .missingEntries(let from, let through) = damage {
                sum + through - from + 1
            } else {
                sum
            }
        }
    }

    @Test("files that rotated are one journal in the order of writing")
    func severalFiles() throws {
        try withJournal(records: 6_000, fileSizeMax: "8M") { directory, files in
            #expect(files.count > 2)
            let contents = try JournalDirectory.read(directory)
            #expect(contents.damage.isEmpty)
            #expect(contents.records.map(\.sequence) == Array(0...6_000))
        }
    }

    @Test("a file cut to 60 % is named, whichever it is", arguments: [0, 1, -1])
    func cutFile(place: Int) throws {
        try withJournal(records: 6_000, fileSizeMax: "8M") { directory, files in
            let path = try #require(place < 0 ? files.last : files[place])
            // Of what is used: journald may end before it gives back what it took in advance.
            let used = (try Files.read(path).lastIndex { $0 != 0 } ?? 0) + 1
            #expect(truncate(path, used * 6 / 10) == 0)
            let contents = try JournalDirectory.read(directory)
            let name = try #require(path.split(separator: "/").last)
            #expect(unreadable(contents.damage) == [String(name)])
            #expect(contents.records.count < 6_001)
            #expect(contents.records.count > 0)
        }
    }

    @Test("a removed file shows as missing entries, except the last, which had the barrier")
    func removedFile() throws {
        try withJournal(records: 6_000, fileSizeMax: "8M") { directory, files in
            let all = try JournalDirectory.read(directory).records.count
            unlink(files[1])
            var contents = try JournalDirectory.read(directory)
            #expect(Int(missing(contents.damage)) == all - contents.records.count)
            unlink(files[0])
            contents = try JournalDirectory.read(directory)
            #expect(Int(missing(contents.damage)) >= all - contents.records.count)
            unlink(try #require(files.last))
            contents = try JournalDirectory.read(directory)
            #expect(!contents.records.contains { $0.event == .barrier })
        }
    }

    @Test("the file of a killed journald is read, but for the entry that it had in hand")
    func killedJournald() throws {
        try withJournal(records: 3_000, fileSizeMax: "128M", killAfter: 1_500) { directory, files in
            #expect(files.contains { $0.hasSuffix(".journal~") })
            let contents = try JournalDirectory.read(directory)
            // It may die between giving an entry its number and having it in the file.
            let lost = Int(missing(contents.damage))
            #expect(lost <= 1)
            #expect(contents.damage.count == lost)
            #expect(contents.records.count >= 3_000 - lost)
        }
    }

    @Test("a file of which a part was overwritten never passes for a whole one")
    func overwrittenFile() throws {
        try withJournal(records: 6_000, fileSizeMax: "8M") { directory, files in
            let path = files[1]
            var info = stat()
            #expect(stat(path, &info) == 0)
            let descriptor = open(path, O_WRONLY)
            defer { close(descriptor) }
            let zeros = [UInt8](repeating: 0, count: Int(info.st_size / 4))
            #expect(pwrite(descriptor, zeros, zeros.count, info.st_size / 2) == zeros.count)
            let contents = try JournalDirectory.read(directory)
            #expect(!contents.damage.isEmpty)
        }
    }

    /// Where the objects are that hold the text of a field.
    private func texts(_ bytes: [UInt8]) -> [Int] {
        func word(_ place: Int) -> Int {
            (0..<8).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        var places: [Int] = []
        var place = word(88)
        while place <= word(136), place + 16 <= bytes.count {
            if bytes[place] == 1 { places.append(place) }
            place += (word(place + 8) + 7) & ~7
        }
        return places
    }

    /// A record without its place in the journal, which no hash covers; a wrong one leaves a gap.
    private func unplaced(_ record: Record) -> Record {
        var record = record
        record.journalSequence = 0
        return record
    }

    @Test("a flipped bit never makes another record: what it touched is missing, and that is said")
    func flippedBits() throws {
        try withJournal(records: 300, fileSizeMax: "8M") { directory, files in
            let original = try JournalDirectory.read(directory)
            #expect(original.damage.isEmpty)
            let known = Set(original.records.map(unplaced))
            let path = files[0]
            let bytes = try Files.read(path)
            let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
            var random = SeededGenerator(seed: 7)
            let descriptor = open(path, O_WRONLY)
            defer { close(descriptor) }
            // The second half of what is used: objects, no header and no empty tables; and every flag
            // that would call a text compressed.
            var flips = (0..<150).map { _ in
                (place: used / 2 + random.below(used / 2), bit: UInt8(random.below(8)))
            }
            flips += texts(bytes).suffix(20).flatMap { place in
                (0..<4).map { (place: place + 1, bit: UInt8($0)) }
            }
            for (place, bit) in flips {
                var byte = bytes[place] ^ (1 << bit)
                #expect(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
                let contents = try JournalDirectory.read(directory)
                let strange = contents.records.filter { !known.contains(unplaced($0)) }
                #expect(strange.isEmpty, "bit at byte \(place): \(strange)")
                let isWhole = contents.records.count == original.records.count
                #expect(isWhole || !contents.damage.isEmpty, "bit at byte \(place)")
                byte = bytes[place]
                #expect(pwrite(descriptor, &byte, 1, off_t(place)) == 1)
            }
        }
    }
}
