/// Many records in little memory: a column of numbers for each thing that every record has, and its
/// fields as numbers of texts that are kept once.
///
/// It is a collection of records, each made when it is asked for; who goes through many asks for single
/// things by index (`event`, `time`, `text`, `code`), which makes nothing. A record costs some 34 bytes and
/// four for each of its event fields; a text that is new costs its bytes and some 20 more.
public struct RecordTable: Sendable, RandomAccessCollection, Equatable {
    /// The number of a text: equal where the texts are.
    public typealias Code = UInt32

    var times: [Int64] = []
    var sequences: [Int64] = []
    var journalSequences: [UInt64] = []
    /// The writer of each record, as index into `writers`.
    var writerOf: [UInt32] = []
    /// The run of each record, as number of a text; empty while all are of one run.
    var runOf: [UInt32] = []
    var shapeOf: [UInt16] = []
    /// Where each record's values begin.
    var starts: [UInt32] = []
    /// The values of all records, coded.
    var values: [UInt32] = []
    /// Numbers that are too great for a code.
    var numbers: [Int64] = []
    var texts = TextPool()
    var writers: [NodeIncarnation] = []
    var writersByKey: [WriterKey: UInt32] = [:]
    /// The run of the first record, as number of a text.
    var firstRun: UInt32 = 0
    var shapes: [RecordShape] = []
    var shapesByForm: [RecordShape: UInt16] = [:]
    /// Of each shape its kind.
    var eventOf: [EventKind] = []
    /// Of each shape, for each field, one more than its place; 0 where it has none.
    var places: [UInt8] = []

    /// How many fields there may be in the registry.
    static let fieldsMax = 64
    /// How many records there can be.
    static let recordsMax = 1 << 31

    struct WriterKey: Hashable {
        let node: UInt32
        let incarnation: Int
    }

    /// Makes an empty table.
    public init() {}

    /// Makes a table of records, in their order.
    public init(_ records: some Sequence<Record>) {
        for record in records { append(record) }
    }

    /// The index of the first record: 0.
    public var startIndex: Int { 0 }
    /// How many records there are.
    public var endIndex: Int { times.count }

    /// Makes the record at an index.
    public subscript(index: Int) -> Record {
        let writer = writers[Int(writerOf[index])]
        var fields = FieldValues()
        let start = Int(starts[index])
        for (place, field) in shapes[Int(shapeOf[index])].fields.enumerated() {
            fields[field] = text(of: values[start + place])
        }
        return Record(
            run: run(index),
            node: writer.node,
            incarnation: writer.incarnation,
            sequence: sequences[index],
            time: time(index),
            event: event(index),
            fields: fields,
            journalSequence: journalSequences[index]
        )
    }

    /// Whether both hold the same records in the same order.
    public static func == (left: RecordTable, right: RecordTable) -> Bool {
        left.elementsEqual(right)
    }

    /// When the event of a record happened.
    public func time(_ index: Int) -> Instant { Instant(nanoseconds: times[index]) }

    /// What a record tells of.
    public func event(_ index: Int) -> EventKind { eventOf[Int(shapeOf[index])] }

    /// A record's place in its incarnation.
    public func sequence(_ index: Int) -> Int64 { sequences[index] }

    /// Who wrote a record.
    public func writer(_ index: Int) -> NodeIncarnation { writers[Int(writerOf[index])] }

    /// The run of a record.
    public func run(_ index: Int) -> String { texts[runOf.isEmpty ? firstRun : runOf[index]] }

    /// The text of a field, or nil where a record does not carry it.
    public func text(_ index: Int, _ field: Field) -> String? {
        value(index, field).map { text(of: $0) }
    }

    /// The number of a field's text, or nil where a record does not carry it.
    ///
    /// Texts of fields that hold numbers have no code: ask for the integer.
    public func code(_ index: Int, _ field: Field) -> Code? {
        guard let value = value(index, field), value & Self.numberMark == 0 else { return nil }
        return value
    }

    /// The number in a field, or nil where a record does not carry it or it is none.
    public func integer(_ index: Int, _ field: Field) -> Int64? {
        guard let value = value(index, field) else { return nil }
        return number(of: value) ?? Int64(texts[value])
    }

    /// The number of a text; nil where no record has it.
    public func code(of text: String) -> Code? { texts.find(text) }

    /// The text of a code that a record has.
    public func text(code: Code) -> String { texts[code] }

    /// The ids of the runs that the records belong to.
    public var runs: Set<String> {
        if runOf.isEmpty { return isEmpty ? [] : [texts[firstRun]] }
        return Set(Set(runOf).map { texts[$0] })
    }

    // MARK: Codes of values

    /// Set in the codes of numbers. The bit below says that it is one of `numbers`.
    static let numberMark: UInt32 = 1 << 31
    private static let wideMark: UInt32 = 3 << 30
    private static let narrowMax: Int64 = 1 << 30

    private func value(_ index: Int, _ field: Field) -> UInt32? {
        let place = places[Int(shapeOf[index]) * Self.fieldsMax + field.ordinal]
        return place == 0 ? nil : values[Int(starts[index]) + Int(place) - 1]
    }

    private func number(of value: UInt32) -> Int64? {
        guard value & Self.numberMark != 0 else { return nil }
        let rest = value & ~Self.wideMark
        return value & Self.wideMark == Self.wideMark ? numbers[Int(rest)] : Int64(rest)
    }

    private func text(of value: UInt32) -> String {
        number(of: value).map { String($0) } ?? texts[value]
    }

    /// The code of a number that is written without sign and leading zeros.
    package mutating func code(number: Int64) -> UInt32 {
        if number < Self.narrowMax { return Self.numberMark | UInt32(number) }
        precondition(numbers.count < Int(Self.narrowMax), "a table holds 2³⁰ great numbers")
        numbers.append(number)
        return Self.wideMark | UInt32(numbers.count - 1)
    }

    /// The code that a value of another table has here.
    mutating func code(_ value: UInt32, of other: RecordTable, _ codes: [UInt32]) -> UInt32 {
        guard value & Self.numberMark != 0 else { return codes[Int(value)] }
        guard value & Self.wideMark == Self.wideMark else { return value }
        return code(number: other.numbers[Int(value & ~Self.wideMark)])
    }
}
