import DequeModule
import Evidence

/// A session as the server sees it that has the client's connection.
struct ClientSession: Sendable {
    let id: SessionID
    let connection: ConnectionID
    let user: String
    /// The secret until it is found right; from then on only its mark is kept.
    var secret: String?
    var mark: SecretMark?
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
    /// The bytes of their activities.
    var unacknowledgedBytes = 0

    /// The last number of each stream that was written to the connection.
    var written: [Source: Int64] = [:]
    /// The last number among all messages that was, where the order is total.
    var writtenOrder: Int64 = 0
    /// The broadcasts that the client has not acknowledged, in order, with those that wait.
    var lines: Deque<Lines> = []
    /// Which of them wait until the client has taken others.
    var window: DeliveryWindow
    /// How many broadcasts the client acknowledged; a stock client, those that the machine took for it.
    var linesAcknowledged: Int64 = 0
    /// How many there were when the machine was asked last whether it has taken them; nil: it has answered.
    var linesAsked: Int64?
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
    /// When a stock client's session was first asked for.
    var probedAt: Instant?

    /// A message that a client sent.
    struct Send: Sendable {
        var number: Int64
        var activity: Activity
    }

    /// Broadcasts that follow each other: messages of one stream, with consecutive
    /// numbers.
    struct Lines: Sendable {
        let source: Source
        var count: Int64
        /// The number of the last message.
        var last: Int64
    }

    /// Acknowledgements that were passed on together.
    struct Batch: Sendable {
        var number: Int64
        var count: Int64
    }

    /// Notes that messages of a stream are written or wait for that, and says from which number on: what was
    /// written before is not written again. Nil: none of them.
    mutating func write(
        _ source: Source,
        _ numbers: ClosedRange<Int64>,
        _ mechanisms: Mechanisms
    ) -> Int64? {
        let before = mechanisms.contains(.deduplication) ? written[source] ?? 0 : 0
        guard isOpen, numbers.upperBound > before else { return nil }
        let from = max(numbers.lowerBound, before + 1)
        wrote(source, from...numbers.upperBound)
        return from
    }

    /// The same where the order is total: nothing is written after what has a larger number.
    mutating func writeNumbered(
        _ delivery: PeerReply.Delivery,
        _ mechanisms: Mechanisms
    ) -> Int64? {
        guard let first = delivery.messages.first(where: { $0.order > writtenOrder }),
            let last = delivery.messages.last,
            let from = write(delivery.source, first.number...last.number, mechanisms)
        else { return nil }
        writtenOrder = last.order
        return from
    }

    private mutating func wrote(_ source: Source, _ numbers: ClosedRange<Int64>) {
        written[source] = numbers.upperBound
        guard !isAnonymous else { return }
        let count = Int64(numbers.count)
        if let place = lines.indices.last, lines[place].last + 1 == numbers.lowerBound,
            lines[place].source == source
        {
            lines[place].count += count
            lines[place].last = numbers.upperBound
        } else {
            lines.append(Lines(source: source, count: count, last: numbers.upperBound))
        }
    }

    /// Takes broadcasts for the client; whether they are to be written at once. Nothing waits for an anonymous
    /// client, of whom nobody knows what it took.
    mutating func pass(_ frame: Frame, lines: Int, isPending: Bool, now: Instant) -> Bool {
        isAnonymous || window.pass(frame, lines: lines, isPending: isPending, now: now)
    }

    /// Whether the machine is to be asked now how much of what was written it has taken: it speaks for a stock
    /// client, which acknowledges nothing.
    mutating func asksWhatIsWritten() -> Bool {
        guard isStock, !isAnonymous, linesAsked == nil, window.linesWritten > linesAcknowledged
        else { return false }
        linesAsked = window.linesWritten
        return true
    }

    /// Notes that the first `count` broadcasts were acknowledged.
    mutating func acknowledged(lines count: Int64, now: Instant, hold: Duration) {
        window.acknowledged(lines: count, now: now, hold: hold)
        while linesAcknowledged < count, var first = lines.popFirst() {
            let part = min(first.count, count - linesAcknowledged)
            let number = first.last - first.count + part
            linesAcknowledged += part
            delivered[first.source] = number
            undelivered[first.source] = number
            if part < first.count {
                first.count -= part
                lines.prepend(first)
            }
        }
    }

    /// What becomes of a message that the client says.
    enum Admission {
        /// The user or the secret is another one.
        case denied
        /// It breaks the rules.
        case refused(String)
        /// It was taken before.
        case repeated(isAcknowledged: Bool)
        /// It is to be passed on.
        case taken(MessageIdentity, Activity)
    }

    /// Takes a message from the client, where it is the next one.
    ///
    /// It is done here, where the session lies: a copy of the session would copy all that waits in it.
    mutating func admit(
        _ user: String,
        _ secret: String,
        _ activity: Activity,
        _ place: StreamPlace?,
        _ key: MarkKey,
        _ mechanisms: Mechanisms
    ) -> Admission {
        let isRight = isAnonymous || mark?.matches(secret, key: key) ?? false
        guard user == self.user, isRight else { return .denied }
        var number = taken + 1
        if !isStock {
            guard let place, place.stream == stream else {
                return .refused(
                    "ACTIVITY_MESSAGE must have \"stream\": the one of LOGIN, and \"number\""
                )
            }
            guard place.number <= number || !mechanisms.contains(.resend) else {
                return .refused("ACTIVITY_MESSAGE must have \"number\": at most \(number)")
            }
            number = place.number
        }
        guard number > taken || !mechanisms.contains(.deduplication) else {
            return .repeated(isAcknowledged: number <= acknowledged)
        }
        taken = max(taken, number)
        let activity = activity.authenticated(as: user)
        if !isAnonymous {
            unacknowledged.append(Send(number: number, activity: activity))
            unacknowledgedBytes += activity.bytes.count
        }
        let identity = MessageIdentity(user: self.user, stream: stream, number: number)
        return .taken(identity, activity)
    }

    /// Notes that all of its stream up to a number is held.
    mutating func sendsHeld(through number: Int64) {
        acknowledged = number
        // What it said before elsewhere may arrive only now.
        taken = max(taken, number)
        while let first = unacknowledged.first, first.number <= number {
            unacknowledged.removeFirst()
            unacknowledgedBytes -= first.activity.bytes.count
        }
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
