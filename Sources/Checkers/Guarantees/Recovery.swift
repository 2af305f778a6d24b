import Evidence

/// A2 recovery: within the plan's bound after each fault's heal (a crash: its exit), or the last that
/// overlaps it, every client that should be there had an ok and the ok rate was 90 % of the planned;
/// workload over: unproved.
///
/// Faults that overlap, or follow each other within the bound, are judged together, from the last heal on.
/// A client should be there that ran all the while and did not stay away by its own will (logged out, or
/// left). Its ok is a login, an acknowledged send, or another request that was answered, sent after the
/// heal. The ok rate is that of acknowledged sends in the best stretch of 1 s, or of the bound where it is
/// shorter; planned is the plan's rate, by the share of clients that should be there. A rate under 20 in
/// that time says nothing and is not judged.
///
/// Time: n·log n in the clients' records, and faults times clients; memory: two words a record.
enum Recovery: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]
    /// So few sends in a stretch are no rate.
    static let sendsMin = 20

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard findings.spend(2 * history.records.count),
            let workload = Attempts.workload(history)
        else { return }
        let bound = context.settings.bounds.recovery ?? context.settings.settle
        let presences = ClientPresence.all(context)
        let acks = history.messages.compactMap { message in
            message.outcome == .ok ? message.completion.map { history.time($0) } : nil
        }.sorted()
        for group in groups(history, bound) where group.from < workload.upperBound {
            findings.cases += 1
            guard let over = group.over else {
                findings.unproved(
                    "fault \(group.faults[0].id) (\(group.faults[0].summary)) was not seen healed",
                    .init(summary: "")
                )
                continue
            }
            let limit = ServerFaults.add(over, bound)
            guard limit <= workload.upperBound else {
                findings.unproved("the workload was over", draft(group, "was too late to judge"))
                continue
            }
            guard findings.spend(presences.count) else { return }
            let window = over...limit
            let there = presences.filter { $0.shouldBeThere(window) }
            for client in there where !client.wasServed(window) {
                findings.violation(
                    draft(group, "\(client.node) had no ok for \(bound.seconds) s after"),
                    excuse: .missing([.clients, .orchestrator])
                )
            }
            let share = (there.count, presences.count { $0.exists(window) })
            judgeRate(group, window, acks, share, context, &findings)
        }
    }

    /// Faults that are judged together.
    private struct Group {
        var faults: [History.Fault]
        var from: Instant
        /// When the last was over; nil where that was never seen.
        var over: Instant?
    }

    private static func groups(_ history: History, _ bound: Duration) -> [Group] {
        var result: [Group] = []
        let faults = history.faults.filter { $0.applied != nil || $0.intended != nil }
        for fault in faults.sorted(by: { ($0.from, $0.id) < ($1.from, $1.id) }) {
            let over = over(fault, history)
            if let last = result.last, last.over.map({ fault.from <= $0 + bound }) ?? true {
                result[result.count - 1].faults.append(fault)
                let both = over.flatMap { over in last.over.map { max($0, over) } }
                result[result.count - 1].over = both
            } else {
                result.append(Group(faults: [fault], from: fault.from, over: over))
            }
        }
        return result
    }

    /// When a fault was healed; a crash: when the last of its processes ended.
    private static func over(_ fault: History.Fault, _ history: History) -> Instant? {
        guard fault.isCrash else { return fault.healVerified.map { history.time($0) } }
        return fault.ended.compactMap { history.incarnations[$0].exited }
            .map { history.time($0) }.max()
    }

    private static func judgeRate(
        _ group: Group,
        _ window: ClosedRange<Instant>,
        _ acks: [Instant],
        _ share: (there: Int, all: Int),
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let bounds = context.settings.bounds
        let length = window.upperBound - window.lowerBound
        let stretch = min(length, .seconds(1))
        guard bounds.sends > 0, share.all > 0 else { return }
        let wanted =
            Double(bounds.sends) * stretch.seconds / bounds.sendsPer.seconds * 0.9
            * Double(share.there) / Double(share.all)
        guard wanted >= Double(sendsMin) else {
            findings.count("faults after which the rate was too low to judge")
            return
        }
        var best = 0
        var first = acks.partitioningIndex { $0 > window.lowerBound }
        var next = first
        while next < acks.count, acks[next] <= window.upperBound {
            next += 1
            while acks[first] + stretch <= acks[next - 1] { first += 1 }
            best = max(best, next - first)
        }
        guard Double(best) < wanted else { return }
        findings.violation(
            draft(
                group,
                """
                at most \(best) sends were acknowledged in \(stretch.seconds) s, within \
                \(length.seconds) s after: less than 90 % of the planned rate
                """
            ),
            excuse: .missing([.clients, .orchestrator])
        )
    }

    private static func draft(_ group: Group, _ what: String) -> Findings.Draft {
        let names = group.faults.prefix(3).map { "\($0.id) (\($0.summary))" }
        let rest = group.faults.count > 3 ? " and \(group.faults.count - 3) more" : ""
        return .init(
            summary: "Fault \(names.joined(separator: ", "))\(rest): \(what)",
            records: group.faults.prefix(8).flatMap { [$0.applied, $0.healVerified] }
        )
    }
}
