/// ACTIVITY_BROADCAST lines of one stream, written one after the other into one frame.
///
/// What is the same in all of them is written once and copied.
struct Broadcasts {
    private let head: [UInt8]
    private var writer: JSONWriter

    /// Begins with no line; makes room for so many, whose activities have so many bytes in all.
    init(sender: String, stream: String, lines: Int, bytes: Int) {
        var writer = JSONWriter()
        writer.verbatim(#"{"command":"ACTIVITY_BROADCAST","username":"#.utf8)
        writer.string(sender)
        writer.verbatim(#","stream":"#.utf8)
        writer.string(stream)
        writer.verbatim(#","number":"#.utf8)
        head = writer.bytes
        self.writer = JSONWriter(capacity: bytes + lines * (head.count + 40))
    }

    /// Writes a line; `order`: the number among all messages, 0 where there is none.
    mutating func append(_ number: Int64, _ activity: Activity, order: Int64 = 0) {
        writer.verbatim(head)
        writer.integer(number)
        if order > 0 {
            writer.verbatim(#","order":"#.utf8)
            writer.integer(order)
        }
        writer.verbatim(#","activity":"#.utf8)
        writer.verbatim(activity.bytes)
        writer.mark("}")
        writer.mark("\n")
    }

    /// All lines; there must be one at least.
    consuming func frame() -> Frame { Frame(writer.bytes) }
}
