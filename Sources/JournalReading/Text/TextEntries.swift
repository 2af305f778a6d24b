import Evidence

/// Takes the entries of a text as they are read, and makes records of them.
struct TextEntries {
    /// One field of an entry; a value that was left out (`null`) is nil.
    typealias Field = (name: String, value: String?)

    /// So much damage is told of one file; what is more is counted.
    private static let damageMax = 1_000
    private static let suppressedNotice = "a596d6fe7bfa4994828e72309e95d61e"

    private let path: String
    private let name: String
    private var records = RecordTable()
    private var damage: [Damage] = []
    private var untold = 0
    private var count: UInt64 = 0

    /// Takes the entries of a file.
    init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// What the file holds.
    var contents: JournalContents {
        var damage = damage
        if untold > 0 {
            damage.append(.unreadableFile(name: name, why: "\(untold) more such faults"))
        }
        if records.isEmpty, damage.isEmpty {
            damage.append(.unreadableFile(name: name, why: "it holds no record"))
        }
        var result = JournalContents(records: records, damage: damage)
        result.records.sortByJournal()
        return result
    }

    /// Takes one entry.
    mutating func take(_ fields: [Field]) {
        count += 1
        let place = "\(path) entry \(count)"
        var sequence = count
        var isNotice = false
        var dropped: Int64 = 0
        var own: [(name: String, value: String)] = []
        for (name, value) in fields {
            if name.hasPrefix("ORDEAL_") {
                guard let value else {
                    let why = "\(name) has no value: write it with journalctl --all"
                    note(.malformedRecord(place: place, why: why))
                    return
                }
                own.append((name, value))
            } else if name == "__CURSOR", let number = value.flatMap(Self.sequence) {
                sequence = number
            } else if name == "MESSAGE_ID" {
                isNotice = value == Self.suppressedNotice
            } else if name == "N_DROPPED" {
                dropped = value.flatMap { Int64($0) } ?? 0
            }
        }
        if isNotice {
            note(.suppressed(count: dropped))
            return
        }
        switch RecordParser.parse(fields: own, journalSequence: sequence, place: place) {
        case .notARecord: break
        case .record(let record): records.append(record)
        case .malformed(let damage): note(damage)
        }
    }

    /// Notes an entry that cannot be read.
    mutating func fail(_ why: String) {
        count += 1
        note(.unreadableFile(name: name, why: "entry \(count): \(why)"))
    }

    private mutating func note(_ damage: Damage) {
        guard self.damage.count < Self.damageMax else {
            untold += 1
            return
        }
        self.damage.append(damage)
    }

    /// The journal's number in a cursor: `s=…;i=<hexadecimal>;b=…`.
    private static func sequence(_ cursor: String) -> UInt64? {
        for part in cursor.split(separator: ";") where part.hasPrefix("i=") {
            return UInt64(part.dropFirst(2), radix: 16)
        }
        return nil
    }
}
