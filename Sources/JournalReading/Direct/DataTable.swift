import Evidence
import Glibc

/// What the data objects of one journal file say, each read once: an entry only names them.
struct DataTable: ~Copyable {
    /// What a text is to an entry.
    enum Kind: UInt8 {
        /// Nothing to us.
        case other
        /// A field of the registry, whose text has the form that it should.
        case field
        /// One that makes its entry malformed, or odd enough to be read slowly.
        case odd
        /// The journal's notice that it suppressed messages.
        case notice
        /// How many these were.
        case dropped
    }

    /// One data object.
    struct Datum {
        /// Where it is, divided by eight.
        var place: UInt32
        var kind: Kind
        /// Which field of the registry, by ordinal.
        var field: UInt8
        /// Jenkins's hash of its text, of which entries hold the XOR.
        var hash: UInt64
        /// The code of the field's value; a number itself where every record has the field.
        var value: Int64
    }

    private static let names = FieldNames()
    private static let notice = Array("MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e".utf8)
    private static let dropped = Array("N_DROPPED=".utf8)
    /// Two data objects never begin within so many bytes.
    private static let bytesMin = 64

    /// For each stretch of `bytesMin` bytes the data object that begins in it, counted from 1.
    private let slots: UnsafeMutablePointer<UInt32>
    private(set) var data: [Datum] = []

    /// Makes room for the objects of a file.
    init(fileBytes: Int) throws {
        let count = fileBytes / Self.bytesMin + 1
        guard let space = calloc(count, MemoryLayout<UInt32>.size) else {
            throw ReadError(what: "there is no memory for an index", remedy: "free memory")
        }
        slots = space.bindMemory(to: UInt32.self, capacity: count)
        data.reserveCapacity(min(fileBytes / 256, 1 << 20))
    }

    deinit {
        free(slots)
    }

    /// The data object at an offset within the file, or nil where none was read there.
    func find(_ offset: UInt64) -> Int? {
        let slot = slots[Int(offset) / Self.bytesMin]
        guard slot > 0, UInt64(data[Int(slot) - 1].place) << 3 == offset else { return nil }
        return Int(slot) - 1
    }

    /// Adds a data object by its text.
    mutating func add(
        _ offset: UInt64,
        _ text: UnsafeRawBufferPointer,
        hash: UInt64,
        to records: inout RecordTable
    ) {
        var datum = Datum(
            place: UInt32(offset >> 3),
            kind: .other,
            field: 0,
            hash: hash,
            value: 0
        )
        if text.count > 7, text[0] == UInt8(ascii: "O"), text[6] == UInt8(ascii: "_"),
            text.starts(with: FieldNames.prefix), let equals = text.firstIndex(of: 0x3d)
        {
            let value = UnsafeRawBufferPointer(rebasing: text[(equals + 1)...])
            Self.read(UnsafeRawBufferPointer(rebasing: text[..<equals]), value, &datum, &records)
        } else if text.count == Self.notice.count, text.elementsEqual(Self.notice) {
            datum.kind = .notice
        } else if text.count > 10, text[0] == UInt8(ascii: "N"), text.starts(with: Self.dropped) {
            datum.kind = .dropped
            datum.value = Int64(String(decoding: text.dropFirst(10), as: UTF8.self)) ?? 0
        }
        data.append(datum)
        slots[Int(offset) / Self.bytesMin] = UInt32(data.count)
    }

    private static func read(
        _ name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        _ datum: inout Datum,
        _ records: inout RecordTable
    ) {
        datum.kind = .odd
        // A batch's text is not kept: it is read with its entry.
        guard let entry = names.find(name), entry.field != .deliveries else { return }
        datum.field = UInt8(entry.field.ordinal)
        if entry.isInstance {
            // Of every record: its number itself.
            guard let number = number(value) else { return }
            datum.value = number
        } else if entry.field == .event {
            let text = String(decoding: value, as: UTF8.self)
            guard let event = FieldNames.events[text] else { return }
            datum.value = Int64(event)
        } else if entry.field == .run || entry.field == .node {
            guard !value.isEmpty else { return }
            datum.value = Int64(records.add(text: value))
        } else if entry.isNumber, let number = number(value) {
            datum.value = Int64(records.code(number: number))
        } else if entry.type == .text {
            datum.value = Int64(records.add(text: value))
        } else {
            let text = String(decoding: value, as: UTF8.self)
            guard entry.type.accepts(text) else { return }
            datum.value = Int64(records.code(text, of: entry.field))
        }
        datum.kind = .field
    }

    /// A number from 0 that is written without sign and leading zeros, of up to 18 digits.
    private static func number(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard (1...18).contains(text.count), text.count == 1 || text[0] != 0x30 else { return nil }
        var number: Int64 = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number &* 10 &+ Int64(byte &- 0x30)
        }
        return number
    }
}
