import Evidence

/// Something that happens to records in a text: lost, doubled, in another order, cut off.
struct TextDamage {
    private(set) var bytes: [UInt8] = []
    private var records: [Record]
    private var random: SeededGenerator

    /// Damages copies of records, of which there are some thousand.
    init(records: [Record], random: SeededGenerator) {
        self.records = records
        self.random = random
    }

    /// Does one thing, and writes the text as JSON lines or in the Journal Export Format; says what.
    mutating func make() -> String {
        let isExport = random.chance(1, in: 2)
        var what: String
        var cut = false
        let place = random.below(records.count)
        switch random.below(6) {
        case 0:
            what = "\(RecordReference(records[place])) removed"
            records.remove(at: place)
        case 1:
            let end = min(records.count, place + 1 + random.below(200))
            what = "\(end - place) records from \(RecordReference(records[place])) on removed"
            records.removeSubrange(place..<end)
        case 2:
            let node = records[place].node
            what = "all records of \(node) removed"
            records.removeAll { $0.node == node }
        case 3:
            what = "\(RecordReference(records[place])) doubled"
            records.insert(records[place], at: random.below(records.count))
        case 4:
            what = "records in another order"
            records = random.shuffled(records)
        default:
            what = "the text cut"
            cut = true
        }
        if random.chance(1, in: 3), !cut {
            what += ", in another order"
            records = random.shuffled(records)
        }
        for record in records {
            if isExport { Self.export(record, to: &bytes) } else { Self.json(record, to: &bytes) }
        }
        if cut {
            bytes.removeLast(1 + random.below(bytes.count - 1))
            what += " to \(bytes.count) bytes"
        }
        return "\(isExport ? "export" : "JSON"): \(what)"
    }

    private static func members(_ record: Record) -> [(name: String, value: String)] {
        [
            (Field.run.rawValue, record.run), (Field.node.rawValue, record.node),
            (Field.incarnation.rawValue, "\(record.incarnation)"),
            (Field.sequence.rawValue, "\(record.sequence)"),
            (Field.time.rawValue, "\(record.time.nanoseconds)"),
            (Field.event.rawValue, record.event.rawValue),
        ] + record.fields.pairs.map { ($0.field.rawValue, $0.value) }
    }

    private static func export(_ record: Record, to bytes: inout [UInt8]) {
        for (name, value) in members(record) {
            bytes += Array(name.utf8)
            if value.utf8.contains(0x0a) {
                bytes.append(0x0a)
                withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) { bytes += Array($0) }
            } else {
                bytes.append(UInt8(ascii: "="))
            }
            bytes += Array(value.utf8)
            bytes.append(0x0a)
        }
        bytes.append(0x0a)
    }

    private static func json(_ record: Record, to bytes: inout [UInt8]) {
        let texts = members(record).map { name, value in
            let escaped = value.flatMap { character -> String in
                switch character {
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\n": "\\n"
                default: String(character)
                }
            }
            return "\"\(name)\":\"\(String(escaped))\""
        }
        bytes += Array("{\(texts.joined(separator: ","))}\n".utf8)
    }
}
