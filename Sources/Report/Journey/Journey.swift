public import Checkers
public import Evidence

/// The journey of one message through a run: who sent it, what each node says of it, whom it reached and whom
/// not, and what was broken meanwhile.
///
/// Complexity: one pass over the records. Memory: what tells of the message.
public struct Journey: Sendable {
    /// The message.
    public let identity: MessageIdentity
    /// How its send ended.
    public let outcome: History.Outcome
    /// When it was sent, and when that ended; nil where no record says so.
    public let sent: Instant?
    /// When its send ended; nil where it did not.
    public let ended: Instant?
    /// What happened to it, in order of time.
    public let hops: [Hop]
    /// Everybody who it reached or who was connected meanwhile, in order of first delivery.
    public let receivers: [Receiver]
    /// What the checkers found about it.
    public let findings: [Found]
    /// The faults that were in force from its send to the last hop.
    public let faults: [String]
    /// The run's first record.
    let start: Instant

    /// One record of the journey.
    public struct Hop: Sendable, Hashable {
        /// When.
        public var time: Instant
        /// Who says so.
        public var node: String
        /// What, in a sentence.
        public var sentence: String
        /// The record.
        public var record: RecordReference
    }

    /// Somebody who got the message or could have.
    public struct Receiver: Sendable, Hashable {
        /// The user's name.
        public var user: String
        /// The client that holds the session.
        public var node: String
        /// When it was first delivered to the user; nil where it never was.
        public var delivered: Instant?
        /// How often it was delivered to the user.
        public var times: Int
        /// The user's session meanwhile, and how it ended, where the message was not delivered.
        public var absence: String?
    }

    /// What a checker found.
    public struct Found: Sendable, Hashable {
        /// The guarantee.
        public var subject: JudgedGuarantee
        /// The finding.
        public var finding: Finding
    }

    /// Follows a message; nil where no record tells of it.
    public init?(of identity: MessageIdentity, in report: RunReport) {
        let history = report.history
        guard let message = history.messages.first(where: { $0.identity == identity }) else {
            return nil
        }
        self.identity = identity
        start = history.start
        outcome = message.outcome
        let sent = message.invoke.map { history.time($0) }
        let ended = message.completion.map { history.time($0) }
        (self.sent, self.ended) = (sent, ended)
        let hops = Self.hops(of: identity, history)
        self.hops = hops
        receivers = Self.receivers(of: message, sent: sent, ended: ended, history)
        let text = identity.description
        findings = report.outcome.judgements.flatMap { judgement in
            judgement.findings.filter { $0.messages.contains(text) }.map {
                Found(subject: judgement.subject, finding: $0)
            }
        }
        let from = sent ?? hops.first?.time ?? history.start
        let to = hops.last?.time ?? from
        faults = history.faults.filter { fault in
            fault.applied != nil && fault.from <= to && (fault.until ?? history.end) >= from
        }
        .map { fault in
            let until = fault.until.map { Texts.seconds($0 - history.start) } ?? "the end"
            return "\(fault.id), \(fault.summary), from "
                + "\(Texts.seconds(fault.from - history.start)) to \(until)"
        }
    }

    /// The records of the message, and the ends of processes that had to do with it.
    private static func hops(of identity: MessageIdentity, _ history: History) -> [Hop] {
        let text = identity.description
        var indices: [Int] = []
        var nodes: Set<NodeIncarnation> = []
        for index in history.records.indices {
            guard history.records.text(index, .message) == text else { continue }
            indices.append(index)
            nodes.insert(history.records.writer(index))
        }
        let times = indices.map { history.time($0) }
        if let first = times.min(), let last = times.max() {
            for incarnation in history.incarnations where nodes.contains(incarnation.id) {
                guard let exited = incarnation.exited,
                    history.records.text(exited, .cause) != ExitCause.stopped.rawValue,
                    first <= history.time(exited), history.time(exited) <= last
                else { continue }
                indices.append(exited)
            }
        }
        let hops = indices.map { index in
            let record = history.records[index]
            return Hop(
                time: record.time,
                node: record[.target] ?? record.node,
                sentence: sentence(record),
                record: RecordReference(record)
            )
        }
        return hops.sorted {
            ($0.time, $0.node, $0.record.sequence) < ($1.time, $1.node, $1.record.sequence)
        }
    }

    /// The record's sentence, with whom it is about.
    private static func sentence(_ record: Record) -> String {
        let text = RecordSentence.text(record.event, record.fields)
        let more: [(Field, String)] = [
            (.user, "to"), (.peer, "to"), (.count, "pending for"), (.link, "on"), (.fault, "by"),
        ]
        let isSend = [.send, .ack, .sendFail, .sendInfo].contains(record.event)
        let details = more.compactMap { field, word in
            field == .user && isSend ? nil : record[field].map { "\(word) \($0)" }
        }
        return ([text] + details).joined(separator: " ")
    }

    private static func receivers(
        of message: History.Message,
        sent: Instant?,
        ended: Instant?,
        _ history: History
    ) -> [Receiver] {
        var reached: [Int: Receiver] = [:]
        for place in message.deliveries {
            let delivery = history.deliveries[place]
            let session = history.sessions[delivery.session]
            var receiver =
                reached[delivery.user]
                ?? Receiver(
                    user: history.users[delivery.user].name,
                    node: history.incarnations[session.incarnation].id.node,
                    delivered: history.time(delivery.record),
                    times: 0
                )
            receiver.times += 1
            reached[delivery.user] = receiver
        }
        var absent: [Receiver] = []
        if let sent {
            let until = ended ?? sent
            for (place, user) in history.users.enumerated() where reached[place] == nil {
                let sessions = user.sessions.map { history.sessions[$0] }.filter { session in
                    guard let opened = session.opened else { return false }
                    return history.time(opened) <= until
                        && (session.end.map { $0.time >= sent } ?? true)
                }
                guard let session = sessions.last else { continue }
                absent.append(
                    Receiver(
                        user: user.name,
                        node: history.incarnations[session.incarnation].id.node,
                        delivered: nil,
                        times: 0,
                        absence: Self.absence(session, history)
                    )
                )
            }
        }
        let delivered = reached.values.sorted {
            ($0.delivered ?? history.end, $0.user) < ($1.delivered ?? history.end, $1.user)
        }
        return delivered + absent.sorted { $0.user < $1.user }
    }

    private static func absence(_ session: History.Session, _ history: History) -> String {
        func at(_ time: Instant?) -> String {
            time.map { Texts.seconds($0 - history.start) } ?? "never"
        }
        let opened = at(session.opened.map { history.time($0) })
        let end = session.end.map { "ended at \(at($0.time)): \($0.reason)" } ?? "open at the end"
        return
            "session \(session.id) from \(opened), last shown alive at \(at(session.lastAlive)), \(end)"
    }
}
