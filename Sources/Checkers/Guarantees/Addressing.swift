import Evidence

/// D4 addressing: every delivery of a message, in whichever later session, was to a user in
/// permitted(m).
///
/// permitted(m) are the users with a session whose possible part overlaps [invoke, ok]; [invoke, end of
/// run] if the send is indeterminate, [invoke, end of the server fault] if one was in force meanwhile.
/// A possible part runs from the invocation of a login that did not certainly fail to `settle` after
/// the session's end, time under a server fault apart. A login without a known outcome lasts until the
/// client says that the connection closed, logs in again, or ends.
///
/// Time: a few steps a delivery, at most one for each session of its user, and binary searches among
/// sessions and faults. Memory: a few words a session.
enum Addressing: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        let parts = PossibleParts(context)
        for delivery in history.deliveries {
            let message = history.messages[delivery.message]
            // What nobody is known to have sent is D3's matter.
            guard let invoke = message.invoke else { continue }
            findings.cases += 1
            let from = history.time(invoke)
            let until =
                message.outcome == .indeterminate
                ? ServerFaults.never
                : max(from, message.completion.map { history.time($0) } ?? ServerFaults.never)
            var steps = 1
            let isPermitted = parts.permit(delivery.user, from, until, context.faults, &steps)
            guard findings.spend(steps) else { return }
            if !isPermitted {
                let user = history.users[delivery.user].name
                findings.violation(
                    .init(
                        summary:
                            "\(user) was delivered \(message.identity), sent when \(user) was not connected",
                        records: [delivery.record, invoke, message.completion],
                        messages: [message.identity],
                        users: [user]
                    ),
                    excuse: .missing([.clients, .orchestrator])
                )
            }
        }
    }
}

/// When each user may have been connected.
struct PossibleParts {
    /// One stretch, both ends included.
    struct Part {
        var from: Instant
        var to: Instant
        var node: String
    }

    private var byUser: [[Part]]

    init(_ context: CheckContext) {
        let history = context.history
        byUser = Array(repeating: [], count: history.users.count)
        var users: [String: Int] = [:]
        for (index, user) in history.users.enumerated() {
            users[user.name] = index
        }
        // A session of which no `login-ok` tells permits nothing; if that is missing, the gap says so.
        for session in history.sessions where session.opened != nil {
            let node = context.node(of: session)
            let login = session.login.flatMap { history.operations[$0].invoke }
            let to = session.end.map {
                context.faults.advance($0.time, by: context.settings.settle, node: node)
            }
            byUser[session.user].append(
                Part(
                    // Without the login's invocation nobody knows how early.
                    from: login.map { history.time($0) } ?? .zero,
                    to: to ?? ServerFaults.never,
                    node: node
                )
            )
        }
        addUndecided(context, users)
        for user in byUser.indices {
            byUser[user].sort { ($0.from, $0.to) < ($1.from, $1.to) }
        }
    }

    /// Whether a user may have been connected at some time from `from` to `until`, or until the end of a
    /// server fault in force meanwhile.
    ///
    /// - Parameter steps: raised by the stretches that were looked at; mostly one.
    func permit(
        _ user: Int,
        _ from: Instant,
        _ until: Instant,
        _ faults: ServerFaults,
        _ steps: inout Int
    ) -> Bool {
        // Those that began by then, the latest first: where one covers the time, it is mostly that.
        let later = byUser[user].partitioningIndex { $0.from > until }
        for place in (0..<later).reversed() {
            steps += 1
            if byUser[user][place].to >= from { return true }
        }
        for part in byUser[user][later...] where part.to >= from {
            steps += 1
            if let end = faults.end(from, until, node: part.node), part.from <= end { return true }
        }
        return false
    }

    /// Logins of which nobody knows whether they took effect.
    private mutating func addUndecided(_ context: CheckContext, _ users: [String: Int]) {
        let history = context.history
        // The next login of the same incarnation ends what one left open.
        var next: [Int: Instant] = [:]
        for operation in history.operations.reversed() where operation.kind == .login {
            let invoked = operation.invoke.map { history.time($0) }
            defer { next[operation.incarnation] = invoked ?? next[operation.incarnation] }
            guard operation.outcome == .indeterminate, let user = users[operation.user] else {
                continue
            }
            let incarnation = history.incarnations[operation.incarnation]
            var end = [next[operation.incarnation], incarnation.end].compactMap { $0 }.min()
            // Of several attempts another one may still be open.
            if operation.asked <= 1, let completion = operation.completion,
                history.records.text(completion, .reason) == "closed"
            {
                end = history.time(completion)
            }
            byUser[user].append(
                Part(
                    from: invoked ?? .zero,
                    to: end.map {
                        context.faults.advance(
                            $0,
                            by: context.settings.settle,
                            node: incarnation.id.node
                        )
                    } ?? ServerFaults.never,
                    node: incarnation.id.node
                )
            )
        }
    }
}
