import Evidence

/// D1 no-loss: every acknowledged message was delivered, by the end of the drain, to every user in
/// owed(m) with a session shown alive in the drain and open at its end.
///
/// owed(m) are the users with a session whose certain part (`login-ok` to its end, at most `hold` past
/// the last time shown alive) covers [invoke, ok]; one that does not resume counts only if it was
/// itself shown alive in the drain. Undelivered to a user who should be there but is not: unproved
/// (recipient absent); in a session that covers the send but not certainly: unproved (not shown alive).
/// Users removed by plan or merge and broken sessions that do not resume are only counted.
///
/// It concludes from absence: so the drain must have ended quiet or stalled, and every fault must have
/// been seen healed. Time: one step for each (message, session open when it was sent), which is the
/// number of deliveries that are due, and n·log n for sorting sends and sessions. Memory: a few words
/// for each message, session and user.
enum NoLoss: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        var pass = NoLossPass(context)
        pass.run(&findings)
    }
}

/// One pass over messages in order of their invocation, with the sessions open then.
private struct NoLossPass {
    private let context: CheckContext
    private let history: History
    private let drainFrom: Instant
    private let drainUntil: Instant
    private let isPresent: [Bool]
    private let isRemoved: [Bool]
    private let doubt: String?

    init(_ context: CheckContext) {
        self.context = context
        let history = context.history
        self.history = history
        let drainFrom = history.drain.from ?? ServerFaults.never
        let drainUntil = history.drain.until ?? history.end
        self.drainFrom = drainFrom
        self.drainUntil = drainUntil
        let present = history.users.map { user in
            user.sessions.contains {
                let session = history.sessions[$0]
                guard let alive = session.lastAliveByDrainEnd, alive >= drainFrom,
                    let opened = session.opened, history.time(opened) <= drainUntil
                else { return false }
                return session.end.map { $0.time > drainUntil } ?? true
            }
        }
        isPresent = present
        isRemoved = history.users.indices.map {
            !present[$0] && Self.isRemoved($0, context, drainUntil)
        }
        doubt = Self.doubt(history)
    }

    mutating func run(_ findings: inout Findings) {
        if let doubt, history.drain.reason != "quiet", history.drain.reason != "stalled" {
            findings.unproved(doubt, .init(summary: ""))
        }
        let messages = history.messages.indices
            .filter { history.messages[$0].outcome == .ok && sendTimes($0) != nil }
            .sorted { (invoked($0), $0) < (invoked($1), $1) }
        let sessions = history.sessions.indices
            .filter { history.sessions[$0].opened != nil }
            .sorted { (opened($0), $0) < (opened($1), $1) }
        var delivered = [Int](repeating: -1, count: history.users.count)
        var judged = [Int](repeating: -1, count: history.users.count)
        var open: [Int] = []
        var next = 0
        for message in messages {
            guard let (invoke, ok) = sendTimes(message), history.time(ok) <= drainUntil else {
                findings.count("acknowledged after the drain")
                continue
            }
            let sent = history.time(invoke)
            while next < sessions.count, opened(sessions[next]) <= sent {
                open.append(sessions[next])
                next += 1
            }
            open.removeAll { (history.sessions[$0].end?.time ?? ServerFaults.never) < sent }
            let deliveries = history.messages[message].deliveries
            guard findings.spend(1 + open.count + deliveries.count) else { return }
            for delivery in deliveries
            where history.time(history.deliveries[delivery].record) <= drainUntil {
                delivered[history.deliveries[delivery].user] = message
            }
            for session in open where covers(session, invoke, ok) {
                let user = history.sessions[session].user
                if judged[user] == message || isSendersOwn(session, message, invoke) { continue }
                let isDelivered = delivered[user] == message
                if judge(session, message, ok, isDelivered, &findings) {
                    judged[user] = message
                }
            }
        }
    }

    /// Judges one message for one session; whether that settles it for the user.
    private func judge(
        _ place: Int,
        _ message: Int,
        _ ok: Int,
        _ isDelivered: Bool,
        _ findings: inout Findings
    ) -> Bool {
        let session = history.sessions[place]
        let user = session.user
        let isCertain =
            session.lastAlive.map {
                history.time(ok) < ServerFaults.add($0, context.settings.hold)
            } ?? false
        let wasAliveInDrain = session.lastAliveByDrainEnd.map { $0 >= drainFrom } ?? false
        let counts = session.resumes == true || wasAliveInDrain
        if isDelivered {
            if isCertain, counts {
                findings.cases += 1
                return true
            }
            return false
        }
        if isRemoved[user] {
            findings.count("undelivered to users who were removed")
            return true
        }
        if !counts, let end = session.end, end.time <= drainUntil {
            findings.count("undelivered in broken sessions that do not resume")
            return false
        }
        guard isCertain, counts else {
            findings.unproved("not shown alive", draft(place, message, ok))
            return true
        }
        findings.cases += 1
        guard isPresent[user] else {
            findings.unproved("recipient absent", draft(place, message, ok))
            return true
        }
        if let doubt {
            findings.unproved(doubt, draft(place, message, ok))
        } else {
            findings.violation(
                draft(place, message, ok),
                excuse: .missing([.clients, .orchestrator])
            )
        }
        return true
    }

    private func draft(_ session: Int, _ message: Int, _ ok: Int) -> Findings.Draft {
        let identity = history.messages[message].identity
        let session = history.sessions[session]
        let user = history.users[session.user].name
        return Findings.Draft(
            summary: "\(identity) was acknowledged but never delivered to \(user)",
            records: [history.messages[message].invoke, ok, session.opened],
            messages: [identity],
            users: [user],
            time: history.messages[message].invoke.map {
                history.time($0)...max(history.time($0), history.time(ok))
            }
        )
    }

    private func covers(_ session: Int, _ invoke: Int, _ ok: Int) -> Bool {
        guard let opened = history.sessions[session].opened, history.precedes(opened, invoke)
        else { return false }
        guard let end = history.sessions[session].end else { return true }
        return end.record.map { history.precedes(ok, $0) } ?? (history.time(ok) < end.time)
    }

    /// Whether the plan says that senders do not hear themselves, and this is the sender.
    private func isSendersOwn(_ session: Int, _ message: Int, _ invoke: Int) -> Bool {
        guard !context.settings.echo else { return false }
        let user = history.users[history.sessions[session].user]
        guard user.isAnonymous else {
            return user.name == history.messages[message].identity.user
        }
        return history.records.text(invoke, .session) == history.sessions[session].id
            && history.incarnations[history.sessions[session].incarnation].records.contains(invoke)
    }

    private func sendTimes(_ message: Int) -> (invoke: Int, ok: Int)? {
        guard let invoke = history.messages[message].invoke,
            let ok = history.messages[message].completion
        else { return nil }
        return (invoke, ok)
    }

    private func invoked(_ message: Int) -> Instant {
        history.messages[message].invoke.map { history.time($0) } ?? .zero
    }

    private func opened(_ session: Int) -> Instant {
        history.sessions[session].opened.map { history.time($0) } ?? .zero
    }

    /// Why nothing can be concluded from absence; nil where it can.
    private static func doubt(_ history: History) -> String? {
        guard history.drain.from != nil, let reason = history.drain.reason else {
            return "the run has no drain that ended"
        }
        if reason != "quiet", reason != "stalled" {
            return "the drain reached its cap in motion"
        }
        let fault = history.faults.first { fault in
            guard fault.until == nil else { return false }
            // What was certainly never applied needs no heal.
            return fault.applied != nil || fault.failures.isEmpty
        }
        return fault.map { "fault \($0.id) (\($0.summary)) was not seen healed" }
    }

    /// Whether a user is gone for good by plan or by a merge of two sides.
    private static func isRemoved(
        _ user: Int,
        _ context: CheckContext,
        _ drainUntil: Instant
    ) -> Bool {
        let history = context.history
        let user = history.users[user]
        if context.settings.removedUsers.contains(user.name) { return true }
        guard let last = user.sessions.last else { return false }
        if user.sessions.contains(where: { history.sessions[$0].end?.reason == "merged" }) {
            return true
        }
        let incarnation = history.incarnations[history.sessions[last].incarnation]
        guard !incarnation.isFollowed, let exited = incarnation.exited,
            history.time(exited) <= drainUntil,
            let cause = history.records.text(exited, .cause).flatMap(ExitCause.init)
        else { return false }
        switch cause {
        case .injected: return true
        case .exit, .signal: return false
        case .stopped:
            // In order, but by whose word? The plan stops only by a fault on the node.
            let began = incarnation.spawned.map { history.time($0) } ?? history.start
            return history.faults.contains {
                ["stop", "restart"].contains($0.kind)
                    && $0.targets.contains(incarnation.id.node) && $0.from >= began
                    && $0.from <= history.time(exited)
            }
        }
    }
}
