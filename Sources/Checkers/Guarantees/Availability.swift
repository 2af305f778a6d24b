import Evidence

/// A1 availability: per kind, of the operations invoked in the workload phase: the fraction that ended as
/// meant (ok, or the intended fail) is at least the plan's; no outage, from the invoke of one that did not
/// in time to the next that did, is longer than the plan's.
///
/// Kinds are registrations, logins and sends; `Attempts` says what is meant. In time is within the longest
/// outage that the plan allows. An outage that no such end follows lasts to the run's stop.
///
/// Time: n·log n in the operations; memory: five words for each.
enum Availability: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        let size = history.operations.count + history.messages.count
        guard findings.spend(2 * size), let attempts = Attempts(history) else { return }
        findings.cases += attempts.list.count
        findings.count("cut off by the end of their client", attempts.cutOff)
        findings.count("logins sent elsewhere", attempts.redirected)
        for kind in Attempts.Kind.allCases {
            let own = attempts.list.filter { $0.kind == kind }
            guard !own.isEmpty else { continue }
            judgeShare(kind, own, context, &findings)
            judgeOutages(kind, own, attempts.served[kind] ?? [], context, &findings)
        }
    }

    private static func judgeShare(
        _ kind: Attempts.Kind,
        _ own: [Attempts.Attempt],
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let failed = own.filter { $0.served == nil }
        findings.count("\(kind.name) that did not end as meant", failed.count)
        let wanted = context.settings.bounds.availabilityPerMillion
        let served = own.count - failed.count
        guard served * 1_000_000 < own.count * wanted else { return }
        let times = failed.map(\.from)
        findings.violation(
            .init(
                summary: """
                    \(served) of \(own.count) \(kind.name) ended as meant: \
                    \(percent(served * 1_000_000 / own.count)), less than \(percent(wanted))
                    """,
                records: failed.prefix(8).map(\.invoke),
                time: times.min().flatMap { first in times.max().map { first...$0 } }
            ),
            excuse: .missing([.clients, .orchestrator])
        )
    }

    private static func judgeOutages(
        _ kind: Attempts.Kind,
        _ own: [Attempts.Attempt],
        _ served: [Instant],
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        guard let most = context.settings.bounds.outageMax else { return }
        let history = context.history
        let stop = max(history.entered(.stop) ?? history.end, own[own.count - 1].from)
        var reported = Instant.zero
        for attempt in own where attempt.from >= reported {
            if let ended = attempt.served, ended - attempt.from <= most { continue }
            let next = served.partitioningIndex { $0 > attempt.from }
            let over = next < served.count ? served[next] : stop
            guard over - attempt.from > most else { continue }
            reported = over
            findings.violation(
                .init(
                    summary: """
                        No \(kind.name) ended as meant for \((over - attempt.from).seconds) s, \
                        longer than \(most.seconds) s
                        """,
                    records: [attempt.invoke],
                    time: attempt.from...over
                ),
                excuse: .missing([.clients, .orchestrator])
            )
        }
    }

    /// A share as a percentage with up to four digits after its point.
    private static func percent(_ perMillion: Int) -> String {
        var rest = String(perMillion % 10_000 + 10_000).dropFirst()
        while rest.last == "0" { rest.removeLast() }
        return "\(perMillion / 10_000)\(rest.isEmpty ? "" : ".")\(rest) %"
    }
}
