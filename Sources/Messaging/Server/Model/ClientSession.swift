import DequeModule
import Evidence

/// A session as the server sees it that has the client's connection.
struct ClientSession: Sendable {
    let id: SessionID
    let connection: ConnectionID
    let user: String
    let secret: String
    /// How the client resumes; nil for a stock client.
    let resume: Resume?
    let startedAt: Instant
    /// Where the client will be sent once its secret is found right.
    var redirect: Address?
    /// Whether LOGIN_SUCCESS was sent.
    var isOpen = false

    /// The stream in which it sends.
    var stream: String
    /// The last number of the stream that was taken from it.
    var taken: Int64 = 0
    /// The last number that was acknowledged to it.
    var acknowledged: Int64 = 0
    /// What was passed on and is not acknowledged, in order.
    var unacknowledged: Deque<Send> = []

    /// The last number of each stream that was written to the connection.
    var written: [Source: Int64] = [:]
    /// The last number among all messages that was, where the order is total.
    var writtenOrder: Int64 = 0
    /// Broadcasts that were written and that the client has not acknowledged, in order.
    var lines: Deque<Place> = []
    /// How many broadcasts the client acknowledged.
    var linesAcknowledged: Int64 = 0
    /// What the client acknowledged.
    var delivered: [Source: Int64] = [:]
    /// What of it was not passed on.
    var undelivered: [Source: Int64] = [:]
    /// The number of the last batch that was passed on.
    var batch: Int64 = 0
    /// Batches that are not held, with the client's count at each.
    var batches: Deque<Batch> = []
    /// How many broadcasts have acknowledgements that are held.
    var confirmed: Int64 = 0
    /// Probes to be answered with the next thing that is heard of the client.
    var probes: [Int64] = []

    /// A message that a client sent.
    struct Send: Sendable {
        var number: Int64
        var activity: Activity
    }

    /// A broadcast that was written.
    struct Place: Sendable {
        var source: Source
        var number: Int64
    }

    /// Acknowledgements that were passed on together.
    struct Batch: Sendable {
        var number: Int64
        var count: Int64
    }

    var isAnonymous: Bool { user == ClientRequest.anonymous }
    var isStock: Bool { resume == nil }

    /// Takes the client's word for what it was delivered before: it is not written to it again.
    mutating func believe(_ places: [MessageIdentity]) {
        for place in places {
            let source = Source(user: place.user, stream: place.stream)
            written[source] = max(written[source] ?? 0, place.number)
            delivered[source] = max(delivered[source] ?? 0, place.number)
            undelivered[source] = delivered[source]
        }
    }

    /// What the client acknowledged, as supervisors take it.
    static func acknowledgements(_ user: String, _ numbers: [Source: Int64]) -> [Acknowledgement] {
        numbers.sorted { $0.key < $1.key }.map {
            Acknowledgement(user: user, source: $0.key, number: $0.value)
        }
    }
}
