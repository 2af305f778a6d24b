import Evidence
import Testing

@Suite struct RecordParserTests {
    /// The fields of a valid record of a kind, each with a text of its type.
    private func entry(_ kind: EventKind) -> [(name: String, value: String)] {
        let schema = EventSchema(kind)
        var fields: [(name: String, value: String)] = [
            ("MESSAGE", "text"), ("ORDEAL_RUN", "r1"), ("ORDEAL_NODE", "client.1"),
            ("ORDEAL_INCARNATION", "0"), ("ORDEAL_SEQ", "7"), ("ORDEAL_TIME", "12"),
            ("ORDEAL_EVENT", kind.rawValue),
        ]
        for field in schema.required + schema.optional {
            fields.append((field.rawValue, sample(FieldSchema(field).type)))
        }
        return fields
    }

    private func sample(_ type: FieldType) -> String {
        switch type {
        case .text, .stream: "a"
        case .natural, .nanoseconds, .seed: "3"
        case .integer: "-3"
        case .digest: "00000000000000ff"
        case .message: "u/s/1"
        case .links: "a -> b, b -> a"
        case .deliveries: (1...3).map { "\($0) 00000000000000ff u/s/\($0)" }.joined(separator: "\n")
        case .oneOf(let words): words[0]
        }
    }

    private func parse(_ fields: [(name: String, value: String)]) -> RecordParser.Result {
        RecordParser.parse(fields: fields, journalSequence: 5, place: "cursor")
    }

    @Test(
        "an entry of every kind with every field it may carry is a record",
        arguments: EventKind.allCases
    )
    func everyKind(kind: EventKind) throws {
        guard case .record(let record) = parse(entry(kind)) else {
            Issue.record("not a record: \(parse(entry(kind)))")
            return
        }
        #expect(record.event == kind)
        #expect(record.sequence == 7)
        #expect(record.time == Instant(nanoseconds: 12))
        #expect(record.journalSequence == 5)
        for field in EventSchema(kind).required {
            #expect(record[field] != nil)
        }
        #expect(!RecordSentence.text(kind, record.fields).contains("?"))
    }

    @Test(
        "a record that lacks a field that its kind needs is malformed",
        arguments: EventKind.allCases
    )
    func missingField(kind: EventKind) {
        for missing in EventSchema(kind).required {
            let fields = entry(kind).filter { $0.name != missing.rawValue }
            guard case .malformed(.malformedRecord(place: "cursor", let why)) = parse(fields) else {
                Issue.record("taken without \(missing)")
                continue
            }
            #expect(why.contains(missing.rawValue))
        }
    }

    @Test("an entry without ORDEAL_RUN is somebody else's message")
    func foreign() {
        #expect(parse([("MESSAGE", "hello"), ("ORDEAL_NODE", "x")]) == .notARecord)
    }

    @Test(
        "a record with a wrong text, a field twice or an unknown one is malformed",
        arguments: [
            ("ORDEAL_SEQ", "-1"), ("ORDEAL_SEQ", "1152921504606846976"),
            ("ORDEAL_INCARNATION", "9223372036854775807"), ("ORDEAL_TIME", "9223372036854775807"),
            ("ORDEAL_MESSAGE", "no"),
            ("ORDEAL_DIGEST", "zz"),
            ("ORDEAL_EVENT", "nothing"), ("ORDEAL_TIME", ""),
        ]
    )
    func wrongText(name: String, value: String) {
        let fields = entry(.deliver).map { $0.name == name ? (name: name, value: value) : $0 }
        guard case .malformed = parse(fields) else {
            Issue.record("taken with \(name)=\(value)")
            return
        }
    }

    @Test(
        "a batch whose count or lines are wrong is malformed",
        arguments: [
            ("ORDEAL_COUNT", "2"), ("ORDEAL_COUNT", "4"), ("ORDEAL_DELIVERIES", ""),
            ("ORDEAL_DELIVERIES", "1 00000000000000ff u/s/1\n\n3 00000000000000ff u/s/3"),
            ("ORDEAL_DELIVERIES", String(repeating: "+1 00000000000000ff u/s/1\n", count: 3)),
            ("ORDEAL_DELIVERIES", "1 ff u/s/1\n2 ff u/s/1\n3 ff u/s/1"),
        ]
    )
    func wrongBatch(name: String, value: String) {
        let fields = entry(.deliverBatch).map {
            $0.name == name ? (name: name, value: value) : $0
        }
        guard case .malformed = parse(fields) else {
            Issue.record("taken with \(name)=\(value)")
            return
        }
    }

    @Test("a batch of more deliveries than one may have is malformed", arguments: [256, 257])
    func largeBatch(count: Int) {
        let lines = (1...count).map { "\($0) 00000000000000ff u/s/\($0)" }.joined(separator: "\n")
        let fields = entry(.deliverBatch).map { field in
            switch field.name {
            case "ORDEAL_COUNT": (name: field.name, value: "\(count)")
            case "ORDEAL_DELIVERIES": (name: field.name, value: lines)
            case _: field
            }
        }
        guard case .record(let record) = parse(fields) else {
            #expect(count > DeliveryBatch.deliveriesMax)
            return
        }
        #expect(count == DeliveryBatch.deliveriesMax)
        #expect(record.singles.count == count)
    }

    @Test(
        "a field that the kind does not have, or that nobody has, or that comes twice is malformed"
    )
    func superfluous() {
        for extra in [("ORDEAL_ROLE", "PEER"), ("ORDEAL_NOTHING", "1"), ("ORDEAL_USER", "b")] {
            guard case .malformed = parse(entry(.deliver) + [(name: extra.0, value: extra.1)])
            else {
                Issue.record("taken with \(extra)")
                continue
            }
        }
    }
}
