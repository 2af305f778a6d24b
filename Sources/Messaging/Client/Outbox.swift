import DequeModule
import Evidence

/// The sends of a client that are not acknowledged, in order, and the numbers for new ones.
struct Outbox: Sendable {
    /// The most sends that may be open at once; beyond, a send is refused.
    static let openMax = 10_000

    /// One send that is not acknowledged.
    struct Entry: Sendable {
        var content: OrdealBody
        /// Whether it was given to any connection: then it may have taken effect.
        var wasSent = false
    }

    /// The stream of new sends.
    private(set) var stream: String
    /// The last number of the stream that is acknowledged.
    private(set) var acknowledged: Int64 = 0
    /// The open sends of the stream, by number.
    private(set) var open: Deque<Entry> = []
    /// The open sends of earlier streams, the oldest first; they are sent no more.
    private(set) var left: Deque<Entry> = []

    private let user: String
    private let client: String
    private var streams = 1
    private var lastNumber: Int64 = 0
    /// Whether the open sends are all from some number on: no echo took one out of their middle.
    private var isInOrder = true

    init(user: String, client: String) {
        self.user = user
        self.client = client
        stream = "\(client).1"
    }

    /// Whether no further send is taken for now.
    var isFull: Bool { open.count + left.count >= Self.openMax }

    /// Whether the stream was used.
    var isUsed: Bool { lastNumber > 0 }

    /// Gives a message its number and keeps it until it is acknowledged.
    mutating func add(_ body: String) -> OrdealBody {
        lastNumber += 1
        let identity = MessageIdentity(user: user, stream: stream, number: lastNumber)
        let content = OrdealBody(identity: identity, body: body)
        open.append(Entry(content: content))
        return content
    }

    /// The open sends of the stream from a number on, in order; they are about to be given to a
    /// connection. `again`: those too that another connection was given.
    mutating func takeDue(from number: Int64, again: Bool) -> [OrdealBody] {
        var due: [OrdealBody] = []
        for index in open.indices where open[index].content.identity.number >= number {
            if open[index].wasSent && !again { continue }
            open[index].wasSent = true
            due.append(open[index].content)
        }
        return due
    }

    /// Takes out all sends of the stream up to a number; they are acknowledged.
    mutating func acknowledge(through number: Int64, of stream: String) -> [MessageIdentity] {
        guard stream == self.stream else { return [] }
        acknowledged = max(acknowledged, min(number, lastNumber))
        var done: [MessageIdentity] = []
        while let first = open.first, first.content.identity.number <= number {
            done.append(first.content.identity)
            open.removeFirst()
        }
        return done
    }

    /// Takes out one send of any stream, whose echo came; whether it was open.
    mutating func acknowledge(_ identity: MessageIdentity) -> Bool {
        if let index = open.firstIndex(where: { $0.content.identity == identity }) {
            open.remove(at: index)
            isInOrder = isInOrder && index == 0
            return true
        }
        if let index = left.firstIndex(where: { $0.content.identity == identity }) {
            left.remove(at: index)
            return true
        }
        return false
    }

    /// Takes out the open sends of the stream, the oldest first.
    mutating func takeOpen() -> [Entry] {
        defer { open = [] }
        return Array(open)
    }

    /// Begins a new stream; what is open in the old one is kept aside.
    mutating func beginStream() {
        left.append(contentsOf: open)
        open = []
        isInOrder = true
        streams += 1
        stream = "\(client).\(streams)"
        lastNumber = 0
        acknowledged = 0
    }

    /// Traps where the numbers of the open sends have gaps or overlap what is acknowledged.
    func checkInvariants() {
        guard isInOrder, let first = open.first?.content.identity.number,
            let last = open.last?.content.identity.number
        else { return }
        precondition(last == lastNumber, "the last open send must be the last, got \(last)")
        precondition(
            last - first + 1 == Int64(open.count),
            "open sends must be without gaps, got \(open.count) from \(first) to \(last)"
        )
    }

    /// Takes out everything that is open.
    mutating func giveUp() -> [Entry] {
        let all = Array(left) + Array(open)
        left = []
        open = []
        return all
    }
}
