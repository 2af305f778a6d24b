/// Numbering messages, where the order is total.
enum OrderMessage: Sendable, Hashable {
    /// Number this message; to the master.
    case request(OrderedMessage)
    /// Store this vote; to a voter.
    case propose(epoch: Int64, OrderedMessage)
    /// Votes for these numbers are stored.
    case voted(epoch: Int64, [Int64])

    /// Reads a message of the numbering; nil where its command is none of these.
    init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "ORDER_REQUEST":
            self = .request(try message.orderedMessage(in: 0...0))
        case "ORDER_VOTE":
            self = .propose(
                epoch: try message.integer("epoch"),
                try message.orderedMessage(in: 1 ... .max)
            )
        case "ORDER_VOTED":
            self = .voted(epoch: try message.integer("epoch"), try message.integers("orders"))
        default:
            return nil
        }
    }

    /// The message as a line.
    func frame() -> Frame {
        switch self {
        case .request(let ordered):
            return Self.frame("ORDER_REQUEST", nil, ordered)
        case .propose(let epoch, let ordered):
            return Self.frame("ORDER_VOTE", epoch, ordered)
        case .voted(let epoch, let orders):
            var message = WireWriter("ORDER_VOTED")
            message.integer("epoch", epoch)
            message.integers("orders", orders)
            return message.frame()
        }
    }

    private static func frame(
        _ command: String,
        _ epoch: Int64?,
        _ ordered: OrderedMessage
    ) -> Frame {
        var message = WireWriter(command, capacity: ordered.activity.bytes.count + 200)
        message.integer("epoch", epoch)
        message.orderedMessage(ordered)
        return message.frame()
    }
}

extension WireWriter {
    mutating func orderedMessage(_ ordered: OrderedMessage) {
        integer("order", ordered.order)
        identity(ordered.identity)
        activity(ordered.activity)
    }

    /// Nothing at all where nothing was numbered.
    mutating func orderBase(_ base: OrderBase) {
        guard base != OrderBase() else { return }
        object("numbered") { object in
            object.integer("through", base.through)
            let messages = base.messages.values.sorted { $0.order < $1.order }
            object.objects("messages", messages) { $1.orderedMessage($0) }
        }
    }
}

extension WireReader {
    func orderedMessage(in range: ClosedRange<Int64>) throws(WireError) -> OrderedMessage {
        OrderedMessage(
            order: try integer("order", in: range),
            identity: try identity(),
            activity: try activity()
        )
    }

    func orderBase() throws(WireError) -> OrderBase {
        guard let object = try optionalObject("numbered") else { return OrderBase() }
        var base = OrderBase(through: try object.integer("through", in: 0 ... .max - 1_000_000))
        for element in try object.objects("messages") {
            let message = try element.orderedMessage(in: 1 ... .max)
            base.messages[message.order] = message
        }
        return base
    }
}
