import Testing

@testable import Evidence

@Suite struct DeliveryBatchTests {
    private func fields(_ number: Int, user: String = "ann", session: String = "s") -> FieldValues {
        [
            .user: user, .session: session, .message: "bob b/x-0/\(number)",
            .digest: "00000000000000\(10 + number % 90)",
        ]
    }

    private func batch(_ count: Int) throws -> DeliveryBatch {
        var batch = try #require(DeliveryBatch(fields(1), at: Instant(nanoseconds: 1)))
        for number in 1..<count {
            let isAdded = batch.add(fields(number + 1), at: Instant(nanoseconds: Int64(number + 1)))
            #expect(isAdded)
        }
        return batch
    }

    private func record(_ kind: EventKind, _ fields: FieldValues, _ sequence: Int64) -> Record {
        Record(
            run: "r",
            node: "client.1",
            incarnation: 0,
            sequence: sequence,
            time: .zero,
            event: kind,
            fields: fields,
            journalSequence: UInt64(100 + sequence)
        )
    }

    @Test("what a batch says is read back", arguments: [1, 2, DeliveryBatch.deliveriesMax])
    func roundTrip(count: Int) throws {
        let batch = try batch(count)
        #expect(DeliveryBatch(batch.fields) == batch)
        #expect(batch.fields.integer(.count) == Int64(count))
    }

    @Test("a batch is of one user and one session, has its limit, and takes no name of two lines")
    func limits() throws {
        var some = try batch(2)
        var taken = [some.add(fields(3, user: "zoe"), at: .zero)]
        taken.append(some.add(fields(3, session: "t"), at: .zero))
        var odd = fields(3)
        odd[.message] = "a\nb/x-0/3"
        taken.append(some.add(odd, at: .zero))
        #expect(DeliveryBatch(odd, at: .zero) == nil)
        var full = try batch(DeliveryBatch.deliveriesMax)
        taken.append(full.add(fields(3), at: .zero))
        #expect(taken == [false, false, false, false])
        #expect(some.deliveries.count == 2)
    }

    @Test("a table holds the deliveries of a batch as if each had been a record")
    func table() throws {
        let batch = try batch(3)
        let start = record(.alive, [.user: "ann", .session: "s", .since: "1"], 6)
        let whole = record(.deliverBatch, batch.fields, 7)
        let singles = (1...3).map { number in
            var single = record(.deliver, fields(number), Int64(6 + number))
            single.time = Instant(nanoseconds: Int64(number))
            single.journalSequence = whole.journalSequence
            return single
        }
        #expect(whole.singles == singles)
        #expect(start.singles == [start])
        #expect(Array(RecordTable([start, whole])) == [start] + singles)
    }
}
