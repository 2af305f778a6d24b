import Evidence

/// L1 single-login: the spans of a user's sessions, each from `login-ok` to the last time shown alive,
/// do not overlap.
///
/// Under a server fault an overlap is only counted; anonymous connections are users of their own. Time:
/// n·log n in the number of sessions and a step for each two that are open at once; memory: a few words a
/// session.
enum SingleLogin: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        for user in history.users where !user.isAnonymous {
            let spans = user.sessions.compactMap { Span($0, history) }
                .sorted { ($0.from, $0.to, $0.session) < ($1.from, $1.to, $1.session) }
            findings.cases += spans.count
            var open: [Span] = []
            for span in spans {
                guard findings.spend(1 + open.count) else { return }
                open.removeAll { $0.to <= span.from }
                guard span.from < span.to else { continue }
                // An excused one, however long, does not hide another that is not.
                for other in open {
                    if judge(user.name, other, span, context, &findings) { break }
                }
                let place = open.partitioningIndex { $0.to < span.to }
                open.insert(span, at: place)
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

    /// Judges two spans that overlap; whether that is a violation.
    private static func judge(
        _ user: String,
        _ first: Span,
        _ second: Span,
        _ context: CheckContext,
        _ findings: inout Findings
    ) -> Bool {
        let history = context.history
        let until = min(first.to, second.to)
        let isExcused = [first, second].contains { span in
            let node = context.node(of: history.sessions[span.session])
            return context.faults.overlap(second.from, until, node: node)
        }
        if isExcused {
            findings.count("overlaps under a server fault")
            return false
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
        return true
    }
}
