/// Writes one protocol message: a JSON object with `command` first.
///
///     var message = WireWriter("LOGIN_ATTEMPT_SUCCESS")
///     message.string("username", user)
///     message.integer("count", 3)
///     message.objects("pending", pending) { item, object in
///         object.string("stream", item.stream)
///         object.activity(item.activity)
///     }
///     effects.append(.send(connection, message.frame()))
///
/// The keys of one object must differ; they are written in the order of the calls.
public struct WireWriter: Sendable {
    private var writer: JSONWriter
    private var isFirst = true

    /// Begins a message.
    public init(_ command: String, capacity: Int = 128) {
        writer = JSONWriter(capacity: capacity)
        writer.mark("{")
        string("command", command)
    }

    private init(inside writer: consuming JSONWriter) {
        self.writer = writer
        self.writer.mark("{")
    }

    /// The whole message as a line.
    public consuming func frame() -> Frame {
        writer.mark("}")
        writer.mark("\n")
        return Frame(writer.bytes)
    }

    /// Writes a string member; nothing where it is nil.
    public mutating func string(_ key: String, _ value: String?) {
        guard let value else { return }
        begin(key)
        writer.string(value)
    }

    /// Writes an integer member; nothing where it is nil.
    public mutating func integer(_ key: String, _ value: Int64?) {
        guard let value else { return }
        begin(key)
        writer.integer(value)
    }

    /// Writes a boolean member; nothing where it is nil.
    public mutating func bool(_ key: String, _ value: Bool?) {
        guard let value else { return }
        begin(key)
        writer.bool(value)
    }

    /// Writes an activity as it was spelled.
    public mutating func activity(_ activity: Activity, key: String = "activity") {
        begin(key)
        writer.verbatim(activity.bytes)
    }

    /// Writes `hostname` and `port`.
    public mutating func address(_ address: Address) {
        string("hostname", address.host)
        integer("port", Int64(address.port))
    }

    /// Writes an array of strings.
    public mutating func strings(_ key: String, _ values: some Sequence<String>) {
        array(key, values) { value, writer in writer.string(value) }
    }

    /// Writes an array of integers.
    public mutating func integers(_ key: String, _ values: some Sequence<Int64>) {
        array(key, values) { value, writer in writer.integer(value) }
    }

    /// Writes an object; `fill` writes its members.
    public mutating func object(_ key: String, _ fill: (inout WireWriter) -> Void) {
        begin(key)
        Self.nested(&writer, fill)
    }

    /// Writes an array with one object for each value; `fill` writes its members.
    public mutating func objects<Value>(
        _ key: String,
        _ values: some Sequence<Value>,
        _ fill: (Value, inout WireWriter) -> Void
    ) {
        array(key, values) { value, writer in
            Self.nested(&writer) { inner in fill(value, &inner) }
        }
    }

    private mutating func array<Value>(
        _ key: String,
        _ values: some Sequence<Value>,
        _ write: (Value, inout JSONWriter) -> Void
    ) {
        begin(key)
        writer.mark("[")
        var isFirstElement = true
        for value in values {
            if !isFirstElement { writer.mark(",") }
            isFirstElement = false
            write(value, &writer)
        }
        writer.mark("]")
    }

    private static func nested(_ writer: inout JSONWriter, _ fill: (inout WireWriter) -> Void) {
        let outer = writer
        writer = JSONWriter(capacity: 0)
        var inner = WireWriter(inside: outer)
        fill(&inner)
        inner.writer.mark("}")
        writer = inner.writer
    }

    private mutating func begin(_ key: String) {
        if !isFirst { writer.mark(",") }
        isFirst = false
        writer.string(key)
        writer.mark(":")
    }
}
