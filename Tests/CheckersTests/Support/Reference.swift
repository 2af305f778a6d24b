import Evidence

/// Slow and plain implementations of guarantees, straight from their definitions.
///
/// They share no code with the checkers: no History, no sweeps, only loops over the records. Each gives
/// the broken cases as texts, to be compared as sets.
struct Reference {
    struct Session {
        var user: String
        var node: String
        var incarnation: Int
        var id: String
        var invoked: Int64
        var opened: Record
        var resumes: Bool
        var end: Record?
        var alive: [Int64] = []

        func endTime() -> Int64 { end?.time.nanoseconds ?? .max }
    }

    struct Send {
        var message: String
        var invoke: Record
        var completion: Record?
    }

    let records: [Record]
    let hold: Int64
    let settle: Int64
    private(set) var sessions: [Session] = []
    private(set) var sends: [Send] = []
    private(set) var deliveries: [Record] = []
    private var spansByNode: [String: [(Int64, Int64)]] = [:]

    init(_ records: [Record], hold: Int64, settle: Int64) {
        self.records = records.sorted { $0.time < $1.time }
        self.hold = hold
        self.settle = settle
        deliveries = Self.ordered(self.records.filter { $0.event == .deliver })
        for record in self.records where record.event == .send {
            if sends.contains(where: { $0.message == record[.message] }) { continue }
            let completions = self.records.filter {
                $0[.message] == record[.message]
                    && ($0.event == .ack || $0.event == .sendFail || $0.event == .sendInfo)
            }
            sends.append(
                Send(
                    message: record[.message] ?? "",
                    invoke: record,
                    completion: Self.deciding(
                        completions,
                        asked: self.records.count {
                            $0.event == .send && $0[.message] == record[.message]
                        },
                        [.ack, .sendFail, .sendInfo]
                    )
                )
            )
        }
        for node in Set(self.records.map(\.node)) {
            spansByNode[node] = makeSpans(node)
        }
        for opened in self.records where opened.event == .loginOK {
            sessions.append(session(opened))
        }
    }

    /// Of the ends of an operation's attempts the one that says how it ended; none where one is open.
    static func deciding(_ ends: [Record], asked: Int, _ kinds: [EventKind]) -> Record? {
        let failed = ends.filter { $0.event == kinds[1] }
        return ends.first { $0.event == kinds[0] } ?? ends.last { $0.event == kinds[2] }
            ?? (failed.count >= asked ? failed.last : nil)
    }

    private func session(_ opened: Record) -> Session {
        let own = records.filter { $0.node == opened.node && $0.incarnation == opened.incarnation }
        let id = opened[.session] ?? ""
        let isAnonymous = opened[.user] == "anonymous"
        let login = own.first { $0.event == .login && $0[.operation] == opened[.operation] }
        var result = Session(
            user: user(opened),
            node: opened.node,
            incarnation: opened.incarnation,
            id: id,
            invoked: login?.time.nanoseconds ?? 0,
            opened: opened,
            resumes: opened[.resumes] == "yes" && !isAnonymous
        )
        result.end =
            own.first {
                ($0.event == .logout || $0.event == .sessionEnded) && $0[.session] == id
            } ?? own.first { $0.event == .closed } ?? exit(of: opened.node, opened.incarnation)
        for record in own {
            if record.event == .alive, record[.session] == id {
                result.alive.append(record.integer(.since) ?? 0)
            }
            if record.event == .deliver, record[.session] == id,
                let send = sends.first(where: { $0.message == record[.message] })
            {
                result.alive.append(send.invoke.time.nanoseconds)
            }
            if record.event == .ack, record[.session] == id,
                let send = sends.first(where: { $0.message == record[.message] }),
                send.invoke[.session] == id
            {
                result.alive.append(send.invoke.time.nanoseconds)
            }
        }
        result.alive = result.alive.filter {
            $0 >= opened.time.nanoseconds && $0 <= result.endTime()
        }
        return result
    }

    func user(_ record: Record) -> String {
        record[.user] == "anonymous"
            ? "anonymous@\(record.node)/\(record.incarnation)/\(record[.session] ?? "")"
            : record[.user] ?? ""
    }

    private func exit(of node: String, _ incarnation: Int) -> Record? {
        records.first {
            $0.event == .exited && $0[.target] == node
                && $0.integer(.targetIncarnation) == Int64(incarnation)
        }
    }

    private func before(_ left: Record, _ right: Record) -> Bool {
        left.node == right.node && left.incarnation == right.incarnation
            ? left.sequence < right.sequence : left.time < right.time
    }

    /// In one start by sequence, between two by time: none is earlier than what is before it in its own.
    private static func ordered(_ deliveries: [Record]) -> [Record] {
        let latest = deliveries.map { delivery in
            deliveries.filter {
                $0.node == delivery.node && $0.incarnation == delivery.incarnation
                    && $0.sequence <= delivery.sequence
            }.map(\.time).max() ?? delivery.time
        }
        return deliveries.indices.sorted { left, right in
            let (one, other) = (deliveries[left], deliveries[right])
            if latest[left] != latest[right] { return latest[left] < latest[right] }
            return (one.node, one.incarnation, one.sequence)
                < (other.node, other.incarnation, other.sequence)
        }.map { deliveries[$0] }
    }

    // MARK: Guarantees

    /// D1: "message user" for each pair that is lost.
    func lost() -> Set<String> {
        var result: Set<String> = []
        for send in sends {
            for session in owing(send) where !isDelivered(send.message, session.user, by: drainEnd)
            {
                guard isPresent(session.user) else { continue }
                result.insert("\(send.message) \(session.user)")
            }
        }
        return result
    }

    /// The sessions whose users are owed a message.
    func owing(_ send: Send) -> [Session] {
        guard let ok = send.completion, ok.event == .ack, ok.time.nanoseconds <= drainEnd else {
            return []
        }
        return sessions.filter { session in
            guard before(session.opened, send.invoke), let alive = session.alive.max() else {
                return false
            }
            if let end = session.end, !before(ok, end) { return false }
            return ok.time.nanoseconds < alive + hold
                && (session.resumes || isShownInDrain(session))
        }
    }

    func isDelivered(_ message: String, _ user: String, by time: Int64) -> Bool {
        deliveries.contains {
            $0[.message] == message && self.user($0) == user && $0.time.nanoseconds <= time
        }
    }

    func isPresent(_ user: String) -> Bool {
        sessions.contains {
            $0.user == user && isShownInDrain($0) && $0.endTime() > drainEnd
                && $0.opened.time.nanoseconds <= drainEnd
        }
    }

    private func isShownInDrain(_ session: Session) -> Bool {
        session.alive.contains { drainStart <= $0 && $0 <= drainEnd }
    }

    /// D2: "message user" for each pair that is repeated.
    func duplicated() -> Set<String> {
        var result: Set<String> = []
        let all = deliveries
        for (place, second) in all.enumerated() {
            for first in all[..<place] where first[.message] == second[.message] {
                guard user(first) == user(second) else { continue }
                let isSameStart =
                    first.node == second.node && first.incarnation == second.incarnation
                let resumes = sessions.contains {
                    $0.node == second.node && $0.incarnation == second.incarnation
                        && $0.id == second[.session] && $0.resumes
                }
                let isSameSession = isSameStart && first[.session] == second[.session]
                let isAfterConfirmation =
                    confirmation(of: first).map { before($0, second) } ?? false
                let isFaulty = spans(second.node).contains {
                    $0.0 <= second.time.nanoseconds && second.time.nanoseconds <= $0.1
                }
                if isSameSession || isSameStart && resumes || isAfterConfirmation && !isFaulty {
                    result.insert("\(second[.message] ?? "") \(user(second))")
                }
            }
        }
        return result
    }

    private func confirmation(of delivery: Record) -> Record? {
        let own = records.filter {
            $0.node == delivery.node && $0.incarnation == delivery.incarnation
                && $0[.session] == delivery[.session]
        }
        let number = own.filter { $0.event == .deliver && $0.sequence <= delivery.sequence }.count
        return own.first { $0.event == .confirmed && ($0.integer(.count) ?? 0) >= Int64(number) }
    }

    /// D3: "node sequence" of each delivery that no send explains.
    func created() -> Set<String> {
        let broken = deliveries.filter { delivery in
            !records.contains {
                $0.event == .send && $0[.message] == delivery[.message]
                    && $0[.digest] == delivery[.digest] && !before(delivery, $0)
            }
        }
        return Set(broken.map { "\($0.node)/\($0.incarnation)#\($0.sequence)" })
    }

    /// D4: "node sequence" of each delivery to a user who is not permitted.
    func misaddressed() -> Set<String> {
        var result: Set<String> = []
        for delivery in deliveries {
            guard let send = sends.first(where: { $0.message == delivery[.message] }) else {
                continue
            }
            let isAllowed =
                sessions.contains { session in
                    session.user == user(delivery)
                        && isPermitted(
                            session.invoked,
                            session.end?.time.nanoseconds,
                            session.node,
                            send
                        )
                }
                || undecided.contains {
                    $0.0[.user] == delivery[.user] && delivery[.user] != "anonymous"
                        && isPermitted($0.0.time.nanoseconds, $0.1, $0.0.node, send)
                }
            if !isAllowed {
                result.insert("\(delivery.node)/\(delivery.incarnation)#\(delivery.sequence)")
            }
        }
        return result
    }

    /// Logins without a known outcome, with their end.
    private var undecided: [(Record, Int64?)] {
        records.filter { $0.event == .login }.compactMap { login in
            let own = records.filter {
                $0.node == login.node && $0.incarnation == login.incarnation
                    && $0.sequence > login.sequence
            }
            let answer = own.first {
                $0[.operation] == login[.operation]
                    && ($0.event == .loginOK || $0.event == .loginFail || $0.event == .loginInfo)
            }
            if answer?.event == .loginOK || answer?.event == .loginFail { return nil }
            if answer?[.reason] == "closed" { return (login, answer?.time.nanoseconds) }
            let end =
                own.first { $0.event == .login || $0.event == .closed }
                ?? exit(of: login.node, login.incarnation)
            return (login, end?.time.nanoseconds)
        }
    }

    private func isPermitted(_ start: Int64, _ end: Int64?, _ node: String, _ send: Send) -> Bool {
        let from = send.invoke.time.nanoseconds
        var until = Int64.max
        if let completion = send.completion, completion.event != .sendInfo {
            until = completion.time.nanoseconds
            for span in spans(node) where span.0 <= until && from <= span.1 {
                until = max(until, span.1)
            }
        }
        return start <= until && from <= possibleEnd(end, node)
    }

    private func possibleEnd(_ end: Int64?, _ node: String) -> Int64 {
        guard let end else { return .max }
        // Walks from one edge of a fault to the next and counts only time without a fault.
        let spans = spans(node)
        var now = end
        var left = settle
        let edges = spans.flatMap { [$0.0, $0.1] }.filter { $0 > end }.sorted()
        for edge in edges {
            let isFaulty = spans.contains { $0.0 <= now && now < $0.1 }
            if !isFaulty {
                if edge - now >= left { return now + left }
                left -= edge - now
            }
            now = edge
        }
        return now == .max ? .max : now + left
    }

    static func split(_ message: String) -> (String, Int) {
        let parts = message.split(separator: "/").map(String.init)
        return (parts.dropLast().joined(separator: "/"), Int(parts.last ?? "") ?? 0)
    }

    // MARK: The run

    var drainStart: Int64 {
        records.last { $0.event == .phase && $0[.phase] == "drain" }?.time.nanoseconds ?? .max
    }

    var drainEnd: Int64 {
        records.last { $0.event == .drainEnded }?.time.nanoseconds ?? .max
    }

    /// When server faults were in force for the sessions of a node.
    func spans(_ node: String) -> [(Int64, Int64)] { spansByNode[node] ?? [] }

    private func makeSpans(_ node: String) -> [(Int64, Int64)] {
        var result: [(Int64, Int64)] = []
        for id in Set(records.compactMap { $0[.fault] }) {
            let own = records.filter { $0[.fault] == id }
            let begin = own.first { $0.event == .faultIntended } ?? own.first
            let isServer = own.contains { $0[.target]?.hasPrefix("server") ?? false }
            let links = own.compactMap { $0[.link] }.first ?? ""
            let isOwn = links.contains("\(node) ") || links.hasSuffix(" \(node)")
            let isBetween = !links.isEmpty && !links.contains("client")
            guard let begin, isServer || isOwn || isBetween else { continue }
            var end: Record?
            if let exited = own.first(where: { $0.event == .exited }) {
                let next = (exited.integer(.targetIncarnation) ?? 0) + 1
                let ready = records.first {
                    $0.event == .ready && $0[.target] == exited[.target]
                        && $0.integer(.targetIncarnation) == next
                }
                let isFollowed = records.contains {
                    $0.event == .spawned && $0[.target] == exited[.target]
                        && $0.integer(.targetIncarnation) == next
                }
                end = isFollowed ? ready : exited
            } else {
                end = own.last { $0.event == .faultHealVerified }
            }
            result.append(
                (begin.time.nanoseconds, end.map { $0.time.nanoseconds + settle } ?? .max)
            )
        }
        return Self.united(result)
    }

    /// Spans that touch, made one.
    private static func united(_ spans: [(Int64, Int64)]) -> [(Int64, Int64)] {
        var result: [(Int64, Int64)] = []
        for span in spans.sorted(by: { $0 < $1 }) {
            if let last = result.last, span.0 <= last.1 {
                result[result.count - 1].1 = max(last.1, span.1)
            } else {
                result.append(span)
            }
        }
        return result
    }
}
