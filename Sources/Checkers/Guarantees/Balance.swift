import Evidence

/// B1 balance: each redirect decision obeys the probability p where p is 0 or 1; over the others, each with
/// its own p, the number of redirects is inside its two-sided bound (confidence 1 − 10⁻⁶; under 30 of
/// them: unproved); the spread of load is in the plan's bound at the instants that it names.
///
/// p is 0 where no other server is eligible and below the lower threshold, 1 from the upper one on, and
/// (load − min) / (max − min) between them. The bound is that of `RedirectBound`. The load of a server is
/// the sessions that clients had open there; the spread is that of the fullest less that of the emptiest
/// server that ran.
///
/// Time: linear in servers' and clients' records; memory: a word for each different p.
enum Balance: Detector {
    static let sources: Set<EvidenceSource> = [.servers, .orchestrator]
    /// Under so many decisions by chance nothing is proved.
    static let decisionsMin = 30
    /// The probability with which a right system is found wrong.
    static let doubt = 1e-6

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        var tally = Tally()
        let history = context.history
        for incarnation in history.incarnations where context.servers.contains(incarnation.id.node)
        {
            guard findings.spend(incarnation.records.count) else { return }
            for index in incarnation.records
            where history.records.event(index) == .redirectDecided {
                judge(index, context, &tally, &findings)
            }
        }
        findings.count("decisions by chance", tally.bound.count)
        if findings.cases > 0 { judge(tally, context, &findings) }
        LoadSpread.judge(context, &findings)
    }

    /// The decisions that were left to chance.
    private struct Tally {
        var bound = RedirectBound()
        var redirects = 0
        var first: Int?
        var last: Int?
    }

    private static func judge(
        _ index: Int,
        _ context: CheckContext,
        _ tally: inout Tally,
        _ findings: inout Findings
    ) {
        let record = context.history.records[index]
        guard let load = record.integer(.load), let least = record.integer(.loadMin),
            let most = record.integer(.loadMax), let eligible = record.integer(.eligible)
        else { return }
        findings.cases += 1
        let isRedirected = record[.outcome] == "redirected"
        if isRedirected { findings.count("redirects") }
        let certainty: Bool?
        if eligible == 0 || load < least {
            certainty = false
        } else if load >= most {
            certainty = true
        } else {
            certainty = load == least ? false : nil
        }
        if let certainty {
            guard certainty != isRedirected else { return }
            let what = isRedirected ? "sent a newcomer elsewhere" : "kept a newcomer"
            findings.violation(
                .init(
                    summary: """
                        \(record.node) \(what) at load \(load) with thresholds \(least) and \
                        \(most) and \(eligible) eligible servers: the probability was \
                        \(certainty ? 1 : 0)
                        """,
                    records: [index],
                    users: record[.user].map { [$0] } ?? []
                ),
                excuse: .never
            )
            return
        }
        tally.bound.add(load - least, of: most - least)
        if isRedirected { tally.redirects += 1 }
        tally.first = tally.first ?? index
        tally.last = index
    }

    private static func judge(
        _ tally: Tally,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let count = tally.bound.count
        guard count >= decisionsMin else {
            findings.unproved(
                "\(count) decisions by chance, fewer than \(decisionsMin)",
                .init(summary: "")
            )
            return
        }
        let (low, high) = tally.bound.limits(doubt: doubt)
        guard Double(tally.redirects) < low || Double(tally.redirects) > high else { return }
        findings.violation(
            .init(
                summary: """
                    \(tally.redirects) of \(count) newcomers were sent elsewhere by chance; \
                    \(text(tally.bound.expected)) were to be expected, and \(text(low)) to \
                    \(text(high)) are credible
                    """,
                records: [tally.first, tally.last]
            ),
            excuse: .missing([.servers, .orchestrator])
        )
    }

    /// A number with one digit after its point.
    private static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
