import Checkers
import Evidence
import Testing

/// Records from anywhere may hold any number that the registry allows: no checker may trap on one.
@Suite struct ExtremeNumberTests {
    private static let greatest = FieldType.numberMax

    /// A record with one of its numbers, its time or a message's number at the end of its range.
    private func changed(_ record: Record, _ random: inout SeededGenerator) -> Record {
        let number = [0, 1, Self.greatest, Self.greatest - 1][random.below(4)]
        var record = record
        let places = record.fields.pairs.map(\.field).filter {
            switch FieldSchema($0).type {
            case .natural, .nanoseconds, .integer, .message: true
            case .text, .seed, .digest, .stream, .links, .deliveries, .oneOf: false
            }
        }
        let place = random.below(places.count + 3)
        switch place - places.count {
        case 0: record.time = Instant(nanoseconds: number)
        case 1: record.sequence = number
        case 2: record.incarnation = Int(number)
        case _:
            let field = places[place]
            switch FieldSchema(field).type {
            case .message:
                guard var identity = MessageIdentity(record[field] ?? "") else { break }
                identity.number = max(1, number)
                record.fields[field] = "\(identity)"
            case .integer:
                record.fields[field] = "\([Int64.min, Int64.max, number][random.below(3)])"
            case .natural, .nanoseconds, .text, .seed, .digest, .stream, .links, .deliveries,
                .oneOf:
                record.fields[field] = "\(number)"
            }
        }
        return record
    }

    @Test("whatever numbers the records hold, every guarantee gets its verdict", arguments: 0..<20)
    func everyNumber(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed), stream: "numbers")
        let run = RunMaker.make(seed: UInt64(seed), steps: 80)
        let records = run.records()
        for _ in 0..<12 {
            var changed = records
            for _ in 0...random.below(3) {
                let place = random.below(changed.count)
                changed[place] = self.changed(changed[place], &random)
            }
            let outcome = Judge(History(records: changed), settings: run.settings).outcome()
            #expect(outcome.judgements.count == Guarantee.allCases.count)
            var online = OnlineJudge(settings: run.settings, confirmation: run.settings.settle)
            online.add(changed)
            _ = online.look(at: changed[random.below(changed.count)].time)
            var tracker = OutstandingTracker(hold: run.settings.hold)
            for record in changed { tracker.add(record) }
            _ = tracker.outstanding()
        }
    }
}
