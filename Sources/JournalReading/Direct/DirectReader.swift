import Evidence

/// Reads a journal file by its documented format: one walk over its objects, in the order in which
/// journald wrote them.
///
/// It reads only what is entirely as it should be: every object whole and in its place, every text with its
/// hash, every entry sealed and in the file's list of entries. At the first thing that is not, it gives up,
/// and libsystemd reads the file, object for object, with what `JournalSeals` says: so a damaged file gives
/// what it gave before this reader was. No offset in the file is trusted.
///
/// Some 1 µs an entry and 24 bytes a text, beside the records.
struct DirectReader: ~Copyable {
    /// So many event fields at most; what has more is read slowly.
    private static let fieldsMax = 10

    private let path: String
    private let file: UnsafeRawBufferPointer
    private let layout: ObjectLayout
    private var table: DataTable
    private var part = JournalPart()
    /// Where the entries are, each divided by eight.
    private var entries: [UInt32] = []
    /// The values of the entry that is being read.
    private var values: [UInt32] = []
    /// For each kind of event the last form of fields, and its shape.
    private var lastForms: [Form?]
    private var forms: [FormKey: UInt16] = [:]

    private struct FormKey: Hashable {
        let event: Int
        /// The ordinals of the fields, each plus one, in six bits each.
        let fields: UInt64
    }

    private struct Form {
        let fields: UInt64
        let shape: UInt16
    }

    /// What a file holds; nil where it is not entirely as it should be, or has what only libsystemd reads.
    static func read(path: String) throws -> JournalPart? {
        let mapped = try MappedFile(path: path)
        return try mapped.withBytes { file in
            guard let layout = ObjectLayout(file) else { return nil }
            var reader = DirectReader(
                path: path,
                file: file,
                layout: layout,
                table: try DataTable(fileBytes: file.count)
            )
            guard reader.walk(), layout.lists(file, name: reader.entries) else { return nil }
            return reader.part
        }
    }

    private init(
        path: String,
        file: UnsafeRawBufferPointer,
        layout: ObjectLayout,
        table: consuming DataTable
    ) {
        self.path = path
        self.file = file
        self.layout = layout
        self.table = table
        lastForms = Array(repeating: nil, count: FieldNames.kinds.count)
        let count = Int(min(layout.entries, UInt64(file.count / 72)))
        entries.reserveCapacity(count)
        part.records.reserve(records: count, values: 4 * count)
    }

    /// Goes over all objects; false where one is not as it should be.
    private mutating func walk() -> Bool {
        var offset = layout.begin
        while true {
            guard offset <= layout.tail, offset <= UInt64(file.count) - 16 else { return false }
            let place = Int(offset)
            let size = file.word64(place + 8)
            guard size >= 16, size <= UInt64(file.count) - offset else { return false }
            let object = UnsafeRawBufferPointer(rebasing: file[place..<(place + Int(size))])
            if object[0] == ObjectLayout.data {
                guard layout.isData(object), read(data: object, offset) else { return false }
            } else if object[0] == ObjectLayout.entry {
                guard layout.isEntry(object), read(entry: object) else { return false }
                entries.append(UInt32(offset >> 3))
            } else if object[0] == 0 || object[0] > ObjectLayout.kindMax {
                return false
            }
            if offset == layout.tail { return true }
            offset += (size + 7) & ~7
        }
    }

    private mutating func read(data object: UnsafeRawBufferPointer, _ offset: UInt64) -> Bool {
        let text = UnsafeRawBufferPointer(rebasing: object[layout.payload...])
        let jenkins = JenkinsHash.hash(text)
        let hash = layout.isKeyed ? SipHash.hash(text, key: layout.key) : jenkins
        guard hash == object.word64(16) else { return false }
        table.add(offset, text, hash: jenkins, to: &part.records)
        return true
    }

    /// Reads an entry: quickly where it is a plain record, else field by field.
    private mutating func read(entry object: UnsafeRawBufferPointer) -> Bool {
        var seal: UInt64 = 0
        var head = Head()
        values.removeAll(keepingCapacity: true)
        var form: UInt64 = 0
        for item in stride(from: 64, to: object.count, by: layout.itemBytes) {
            let offset = layout.offset(object, item)
            guard offset < UInt64(file.count), let place = table.find(offset) else { return false }
            let datum = table.data[place]
            seal ^= datum.hash
            switch datum.kind {
            case .other: continue
            case .odd: head.isOdd = true
            case .notice: head.isNotice = true
            case .dropped: head.dropped = datum.value
            case .field:
                if let code = head.take(datum) {
                    values.append(code)
                    form = form << 6 | UInt64(datum.field + 1)
                }
            }
        }
        guard seal == object.word64(56) else { return false }
        let sequence = object.word64(16)
        part.note(sequence)
        if head.isNotice {
            part.damage.append(.suppressed(count: head.dropped))
            return true
        }
        if !head.isOdd, head.isEmpty { return true }
        guard !head.isOdd, head.isWhole, values.count <= Self.fieldsMax,
            let shape = shape(head.event, form)
        else {
            readSlowly(object, sequence)
            return true
        }
        let writer = part.records.writer(node: head.node, incarnation: Int(head.incarnation))
        part.records.begin(
            run: head.run,
            writer: writer,
            sequence: head.sequence,
            time: head.time,
            journalSequence: sequence,
            shape: shape
        )
        for value in values { part.records.add(value: value) }
        return true
    }

    /// The shape of fields in this order, or nil where the registry does not allow it.
    private mutating func shape(_ event: Int, _ fields: UInt64) -> UInt16? {
        if let last = lastForms[event], last.fields == fields { return last.shape }
        let key = FormKey(event: event, fields: fields)
        if let known = forms[key] {
            lastForms[event] = Form(fields: fields, shape: known)
            return known
        }
        var names: [Field] = []
        var rest = fields
        while rest > 0 {
            names.append(FieldNames.fields[Int(rest & 63) - 1])
            rest >>= 6
        }
        let shape = RecordShape(event: FieldNames.kinds[event], fields: names.reversed())
        guard shape.isAllowed else { return nil }
        let number = part.records.shape(shape)
        forms[key] = number
        lastForms[event] = Form(fields: fields, shape: number)
        return number
    }

    /// Reads an entry as libsystemd's texts would be: what is odd in it is told there.
    private mutating func readSlowly(_ object: UnsafeRawBufferPointer, _ sequence: UInt64) {
        var fields: [(name: String, value: String)] = []
        for item in stride(from: 64, to: object.count, by: layout.itemBytes) {
            let place = Int(layout.offset(object, item))
            let end = place + Int(file.word64(place + 8))
            let text = UnsafeRawBufferPointer(rebasing: file[(place + layout.payload)..<end])
            guard text.starts(with: FieldNames.prefix), let equals = text.firstIndex(of: 0x3d)
            else {
                continue
            }
            fields.append(
                (
                    name: String(decoding: text[..<equals], as: UTF8.self),
                    value: String(decoding: text[(equals + 1)...], as: UTF8.self)
                )
            )
        }
        let place = "\(path) entry \(sequence)"
        switch RecordParser.parse(fields: fields, journalSequence: sequence, place: place) {
        case .notARecord: break
        case .record(let record): part.records.append(record)
        case .malformed(let damage): part.damage.append(damage)
        }
    }
}
