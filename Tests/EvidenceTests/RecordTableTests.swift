import Testing

@testable import Evidence

@Suite struct RecordTableTests {
    /// Records of all kinds of values: texts, numbers small, great and oddly written, other scripts.
    private func records(seed: UInt64, count: Int) -> [Record] {
        var random = SeededGenerator(seed: seed)
        let users = ["ann", "bob", "zoë", "zoe\u{308}", "", "anonymous", "名前"]
        return (0..<count).map { place in
            let user = users[random.below(users.count)]
            let shapes: [(EventKind, FieldValues)] = [
                (.alive, [.user: user, .session: "s", .since: "\(random.next() >> 1)"]),
                (.alive, [.since: "007", .session: "s", .user: user]),
                (.send, [.user: user, .message: "\(user)/s/\(place + 1)", .digest: "00ff"]),
                (.exited, [.target: "n", .status: "-9", .accepted: "\(random.below(1 << 40))"]),
                (.barrier, [:]),
            ]
            let (event, fields) = shapes[random.below(shapes.count)]
            return Record(
                run: random.chance(1, in: 9) ? "other" : "r",
                node: "n.\(random.below(3))",
                incarnation: random.below(2),
                sequence: Int64(place),
                time: Instant(nanoseconds: Int64(random.below(1 << 50))),
                event: event,
                fields: fields,
                journalSequence: UInt64(random.below(1000))
            )
        }
    }

    @Test("a table gives back the records that it was given", arguments: 1...5)
    func roundTrip(seed: UInt64) {
        let records = records(seed: seed, count: 300)
        let table = RecordTable(records)
        #expect(Array(table) == records)
        for (place, record) in records.enumerated() {
            #expect(table.event(place) == record.event)
            #expect(table.time(place) == record.time)
            #expect(table.writer(place).node == record.node)
            for field in Field.allCases {
                #expect(table.text(place, field) == record[field])
                #expect(table.integer(place, field) == record.integer(field))
            }
        }
    }

    @Test("tables one after the other are one, with texts known once")
    func joined() {
        let parts = (1...4).map { records(seed: $0, count: 80) }
        var table = RecordTable()
        for part in parts { table.append(all: RecordTable(part)) }
        #expect(Array(table) == parts.flatMap { $0 })
        #expect(table.texts.count == RecordTable(parts.flatMap { $0 }).texts.count)
    }

    @Test("texts have the same code exactly when they are equal")
    func codes() {
        let records = records(seed: 3, count: 120)
        let table = RecordTable(records)
        for first in records.indices {
            for second in records.indices {
                let isSame = records[first][.user] == records[second][.user]
                #expect(isSame == (table.code(first, .user) == table.code(second, .user)))
            }
        }
    }

    @Test("sorting goes by the journal's numbers and keeps what is equal in order")
    func sorted() {
        let records = records(seed: 4, count: 200)
        var table = RecordTable(records)
        table.sortByJournal()
        let expected = records.enumerated().sorted {
            ($0.element.journalSequence, $0.offset) < ($1.element.journalSequence, $1.offset)
        }
        #expect(Array(table) == expected.map(\.element))
    }

    @Test("the records of other runs are left out and counted")
    func oneRun() {
        let records = records(seed: 5, count: 200)
        var table = RecordTable(records)
        #expect(table.runs == ["r", "other"])
        #expect(table.keep(run: "r") == records.count { $0.run != "r" })
        #expect(Array(table) == records.filter { $0.run == "r" })
        #expect(table.keep(run: "r") == 0)
        #expect(table.keep(run: "none") == records.count { $0.run == "r" })
        #expect(table.isEmpty)
    }

    @Test("each field is at its ordinal, and the ordinals fit")
    func ordinals() {
        for (place, field) in Field.allCases.enumerated() { #expect(field.ordinal == place) }
        #expect(Field.allCases.count < 63)
    }

    @Test("a pool of many texts finds each of them")
    func pool() {
        var pool = TextPool()
        #expect(pool[0].isEmpty)
        let texts = (0..<5_000).map { "text \($0 * 7919)" } + ["é", "e\u{301}", "", "名"]
        let numbers = texts.map { pool.add($0) }
        for (text, number) in zip(texts, numbers) {
            #expect(pool.find(text) == number)
            #expect(pool[number] == text)
        }
        #expect(pool.find("never") == nil)
        #expect(numbers[5_000] == numbers[5_001])
        #expect(numbers[5_002] == 0)
    }
}
