import Evidence

/// L1 single-login: the spans of a user's sessions, each from `login-ok` to the last time shown alive,
/// do not overlap.
///
/// Under a server fault an overlap is only counted; anonymous connections are users of their own. Time:
/// n·log n in the number of sessions; memory: one word a session.
enum SingleLogin: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        for user in history.users where !user.isAnonymous {
            guard findings.spend(1 + user.sessions.count) else { return }
            let spans = user.sessions.compactMap { Span($0, history) }
                .sorted { ($0.from, $0.to, $0.session) < ($1.from, $1.to, $1.session) }
            findings.cases += spans.count
            var longest: Span?
            for span in spans {
                if let longest, span.from < longest.to, span.from < span.to {
                    judge(user.name, longest, span, context, &findings)
                }
                if longest.map({ $0.to < span.to }) ?? true {
                    longest = span
                }
            }
        }
    }

    /// A session from its `login-ok` to the last time shown alive.
    private struct Span {
        let session: Int
        let opened: Int
        let from: Instant
        let to: Instant

        init?(_ place: Int, _ history: History) {
            let session = history.sessions[place]
            guard let opened = session.opened, let alive = session.lastAlive else { return nil }
            self.session = place
            self.opened = opened
            from = history.time(opened)
            to = alive
        }
    }

    private static func judge(
        _ user: String,
        _ first: Span,
        _ second: Span,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        let until = min(first.to, second.to)
        let isExcused = [first, second].contains { span in
            let node = context.node(of: history.sessions[span.session])
            return context.faults.overlap(second.from, until, node: node)
        }
        if isExcused {
            findings.count("overlaps under a server fault")
            return
        }
        let nodes = [first, second].map { context.node(of: history.sessions[$0.session]) }
        findings.violation(
            .init(
                summary: "\(user) was logged in at \(nodes[0]) and at \(nodes[1]) at the same time",
                records: [first.opened, second.opened],
                users: [user],
                time: second.from...until
            ),
            excuse: .missing([.orchestrator])
        )
    }
}
