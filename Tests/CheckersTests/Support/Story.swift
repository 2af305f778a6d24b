import Checkers
import Evidence

/// A run told record by record: the order of telling is each start's sequence, whatever the times say.
///
/// What the orchestrator writes, and the closing records, are made at the end so that nothing is missing.
struct Story {
    private struct Entry {
        var id: NodeIncarnation
        var time: Int64
        var event: EventKind
        var fields: FieldValues
    }

    /// The digest of every body.
    static let digest = "0000000000000001"

    var settings = CheckSettings(
        hold: .nanoseconds(1000),
        settle: .nanoseconds(10),
        servers: ["server.1"],
        expectations: [:]
    )
    private var entries: [Entry] = []
    private var told: [Entry] = []
    private var killed: [NodeIncarnation: Int64] = [:]

    /// One record of a node.
    mutating func add(
        _ node: String,
        _ time: Int64,
        _ event: EventKind,
        _ fields: FieldValues = [:],
        incarnation: Int = 0
    ) {
        let id = NodeIncarnation(node: node, incarnation: incarnation)
        entries.append(Entry(id: id, time: time, event: event, fields: fields))
    }

    /// One record of the orchestrator.
    mutating func tell(_ time: Int64, _ event: EventKind, _ fields: FieldValues) {
        let id = NodeIncarnation(node: "orchestrator", incarnation: 0)
        told.append(Entry(id: id, time: time, event: event, fields: fields))
    }

    /// A login that was granted, one later than asked.
    mutating func logIn(
        _ node: String,
        _ time: Int64,
        _ user: String,
        _ session: String,
        incarnation: Int = 0
    ) {
        let fields: FieldValues = [.operation: session, .user: user, .secret: "s"]
        add(node, time, .login, fields, incarnation: incarnation)
        var opened = fields
        opened[.session] = session
        opened[.resumes] = "yes"
        add(node, time + 1, .loginOK, opened, incarnation: incarnation)
    }

    /// A send that was acknowledged two later.
    mutating func send(_ node: String, _ time: Int64, _ message: String, _ session: String) {
        asked(node, time, message, session)
        let user = String(message.prefix { $0 != "/" })
        add(node, time + 2, .ack, [.user: user, .message: message, .session: session])
    }

    /// The invocation of a send.
    mutating func asked(
        _ node: String,
        _ time: Int64,
        _ message: String,
        _ session: String,
        digest: String = Story.digest,
        incarnation: Int = 0
    ) {
        let user = String(message.prefix { $0 != "/" })
        let fields: FieldValues = [
            .user: user, .message: message, .digest: digest, .session: session,
        ]
        add(node, time, .send, fields, incarnation: incarnation)
    }

    /// A delivery.
    mutating func deliver(
        _ node: String,
        _ time: Int64,
        _ user: String,
        _ session: String,
        _ message: String,
        digest: String = Story.digest
    ) {
        add(
            node,
            time,
            .deliver,
            [.user: user, .session: session, .message: message, .digest: digest]
        )
    }

    /// A request of a time before was answered.
    mutating func alive(
        _ node: String,
        _ time: Int64,
        _ user: String,
        _ session: String,
        since: Int64? = nil
    ) {
        let asked = since ?? time - 1
        add(node, time, .alive, [.user: user, .session: session, .since: "\(asked)"])
    }

    /// A fault ended a start of a node.
    mutating func kill(_ node: String, _ time: Int64, incarnation: Int = 0) {
        killed[NodeIncarnation(node: node, incarnation: incarnation)] = time
    }

    /// The records: the drain goes from 8000 to 9000, nodes end at 9500.
    func records() -> [Record] {
        var own: [NodeIncarnation: [Entry]] = [:]
        for entry in entries { own[entry.id, default: []].append(entry) }
        let orchestrator = NodeIncarnation(node: "orchestrator", incarnation: 0)
        var run = told
        func tell(_ time: Int64, _ event: EventKind, _ fields: FieldValues) {
            run.append(Entry(id: orchestrator, time: time, event: event, fields: fields))
        }
        tell(0, .runStarted, [.plan: "", .seed: "1", .version: "1"])
        tell(8000, .phase, [.phase: "drain"])
        tell(9000, .drainEnded, [.reason: "quiet", .count: "0"])
        for id in own.keys.sorted() {
            var start: FieldValues = [.target: id.node, .targetIncarnation: "\(id.incarnation)"]
            var end = start
            let begin = own[id]?.map(\.time).min() ?? 0
            if id.incarnation > 0 { tell(begin, .ready, start) }
            start[.pid] = "1"
            tell(begin, .spawned, start)
            if let time = killed[id] {
                let fault = "kill.\(id.node).\(id.incarnation)"
                end[.fault] = fault
                let fields: FieldValues = [.fault: fault, .faultKind: "kill", .target: id.node]
                for step in [EventKind.faultIntended, .faultApplied, .faultVerified] {
                    tell(time, step, fields)
                }
            }
            end[.cause] = killed[id] == nil ? "stopped" : "injected"
            end[.status] = killed[id] == nil ? "0" : "9"
            end[.accepted] = "\(own[id]?.count ?? 0)"
            if killed[id] == nil {
                let count = "\((own[id]?.count ?? 0) + 1)"
                let closed = Entry(id: id, time: 9500, event: .closed, fields: [.count: count])
                own[id, default: []].append(closed)
            }
            tell(killed[id] ?? 9501, .exited, end)
        }
        run.sort { $0.time < $1.time }
        own[orchestrator] = run
        tell(9600, .barrier, [:])
        own[orchestrator]?.append(contentsOf: run.suffix(1))
        var records: [Record] = []
        for id in own.keys.sorted() {
            for (sequence, entry) in (own[id] ?? []).enumerated() {
                records.append(
                    Record(
                        run: "r",
                        node: id.node,
                        incarnation: id.incarnation,
                        sequence: Int64(sequence),
                        time: Instant(nanoseconds: entry.time),
                        event: entry.event,
                        fields: entry.fields,
                        journalSequence: UInt64(records.count + 1)
                    )
                )
            }
        }
        return records
    }

    /// The judgement on one guarantee, over the records or what was made of them.
    func judgement(_ guarantee: Guarantee, _ records: [Record]? = nil) -> Judgement {
        Judge(History(records: records ?? self.records()), settings: settings)
            .judgement(on: guarantee)
    }

    /// The word of the verdict on one guarantee.
    func word(_ guarantee: Guarantee, _ records: [Record]? = nil) -> String {
        judgement(guarantee, records).verdict.word
    }
}
