import Evidence

/// Reads a message that super-peers pass on quickly: most of what a link carries is one.
///
/// It has the members that it must have, each once, and no others. Since one message after the other waits for
/// the same users, they are read once.
struct ItemLine {
    private var pendingText: [UInt8] = []
    private var pending: [String] = []

    /// The item in a line; nil where it is none, or none of the usual form.
    mutating func item(in line: [UInt8], limits: JSONLimits = .server) -> MeshMessage? {
        PlainLine.read(line, limits: limits) { plain in
            guard plain.count == 8, plain.isCommand("ACTIVITY_BROADCAST"),
                let origin = plain.text("origin"), let sequence = plain.integer("sequence"),
                let user = plain.text("username"), let stream = plain.text("stream"),
                !stream.utf8.contains(UInt8(ascii: "/")), let number = plain.integer("number"),
                let text = plain.value("pending"), let pending = users(text),
                let activity = plain.activity()
            else { return nil }
            let message = StoredMessage(
                identity: MessageIdentity(user: user, stream: stream, number: number),
                activity: activity,
                pending: pending
            )
            return .item(.message(message), origin: ServerID(text: origin), sequence: sequence)
        }
    }

    private mutating func users(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [String]? {
        if text.elementsEqual(pendingText) { return pending }
        let bytes = Array(text)
        guard case .array(let values)? = try? JSONValue.parse(bytes, limits: .server) else {
            return nil
        }
        var users: [String] = []
        for value in values {
            guard case .string(let user) = value else { return nil }
            users.append(user)
        }
        pendingText = bytes
        pending = users
        return users
    }
}
