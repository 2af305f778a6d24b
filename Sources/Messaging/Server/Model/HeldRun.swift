import Evidence

/// Messages of one stream with consecutive numbers that are delivered together.
struct HeldRun: Sendable {
    /// The most messages that are delivered together.
    static let messagesMax = 512
    /// The most bytes of their activities, where there are more than one.
    static let bytesMax = 1 << 18

    let source: Source
    /// Whether anonymous clients get them too.
    let toAnonymous: Bool
    /// The users for whom all of them were pending at first.
    let users: [String]
    /// The number of the first.
    let first: Int64
    /// The number of the last.
    private(set) var last: Int64
    /// The messages.
    private(set) var messages: [PeerReply.Delivery.Message]
    private var bytes: Int

    init(_ message: StoredMessage, toAnonymous: Bool = false) {
        self.toAnonymous = toAnonymous
        source = message.source
        users = message.pending
        first = message.identity.number
        last = first
        messages = [Self.part(message)]
        bytes = message.activity.bytes.count
    }

    /// Takes the message that comes next, where it belongs to these; whether it did.
    mutating func append(_ message: StoredMessage) -> Bool {
        guard message.identity.number == last + 1, messages.count < Self.messagesMax,
            message.identity.user == source.user, message.identity.stream == source.stream,
            message.pending == users, bytes + message.activity.bytes.count <= Self.bytesMax
        else { return false }
        bytes += message.activity.bytes.count
        last = message.identity.number
        messages.append(Self.part(message))
        return true
    }

    /// Those after a number.
    func after(_ number: Int64) -> [PeerReply.Delivery.Message] {
        messages.filter { $0.number > number }
    }

    private static func part(_ message: StoredMessage) -> PeerReply.Delivery.Message {
        PeerReply.Delivery.Message(
            number: message.identity.number,
            activity: message.activity,
            order: message.order
        )
    }
}
