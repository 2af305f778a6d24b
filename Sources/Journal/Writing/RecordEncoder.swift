import Evidence

/// Turns records into datagrams of journald's native protocol, in one buffer that is used again.
///
/// A field is `NAME=value` and a newline, or, where the value holds a newline, `NAME`, a newline,
/// the value's length as 64 bits little-endian, the value, a newline. One record is one datagram.
/// Source: "Native Journal Protocol", systemd.io.
struct RecordEncoder {
    /// What is the same on every record of a writer.
    private let identity: [UInt8]
    /// What is the same on every record of a kind; filled as kinds come.
    private var heads: [EventKind: [UInt8]] = [:]
    private(set) var buffer: [UInt8] = []

    init(_ identity: WriterIdentity) {
        var bytes: [UInt8] = []
        Self.append("PRIORITY", "6", to: &bytes)
        Self.append("SYSLOG_IDENTIFIER", identity.program, to: &bytes)
        Self.append(Field.run.rawValue, identity.run, to: &bytes)
        Self.append(Field.node.rawValue, identity.node, to: &bytes)
        Self.append(Field.incarnation.rawValue, String(identity.incarnation), to: &bytes)
        self.identity = bytes
        buffer.reserveCapacity(2048)
    }

    /// Fills `buffer` with the datagram of one record.
    mutating func encode(_ record: Record, message: String) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: identity)
        buffer.append(contentsOf: head(record.event))
        Self.append(Field.sequence.rawValue, String(record.sequence), to: &buffer)
        Self.append(Field.time.rawValue, String(record.time.nanoseconds), to: &buffer)
        for (field, value) in record.fields.pairs {
            Self.append(field.rawValue, value, to: &buffer)
        }
        Self.append("MESSAGE", message, to: &buffer)
    }

    private mutating func head(_ kind: EventKind) -> [UInt8] {
        if let bytes = heads[kind] { return bytes }
        var bytes: [UInt8] = []
        Self.append("MESSAGE_ID", EventSchema(kind).messageID, to: &bytes)
        Self.append(Field.event.rawValue, kind.rawValue, to: &bytes)
        heads[kind] = bytes
        return bytes
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        let newline = UInt8(ascii: "\n")
        bytes.append(contentsOf: name.utf8)
        if value.utf8.contains(newline) {
            bytes.append(newline)
            withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) {
                bytes.append(contentsOf: $0)
            }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes.append(contentsOf: value.utf8)
        bytes.append(newline)
    }
}
