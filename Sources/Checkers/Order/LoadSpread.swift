import Evidence

/// The part of B1 about load: by how much servers' sessions differ at the instants that the plan names.
///
/// A session counts for the server that its `login-ok` names, by name or by the address at which that said
/// that it listens; servers count from when they were ready. Linear in the sessions, for each instant.
enum LoadSpread {
    static func judge(_ context: CheckContext, _ findings: inout Findings) {
        let bounds = context.settings.bounds
        guard let most = bounds.spreadMax, !bounds.spreadAt.isEmpty else { return }
        guard let workload = Attempts.workload(context.history) else { return }
        if findings.lacks(.clients) {
            findings.unproved(
                "the load is not known: clients' records are missing",
                .init(summary: "")
            )
            return
        }
        let timeline = ServerTimeline(context)
        let names = names(context)
        for since in bounds.spreadAt {
            guard findings.spend(1 + context.history.sessions.count) else { return }
            findings.cases += 1
            let time = ServerFaults.add(workload.lowerBound, since)
            guard time < workload.upperBound else {
                findings.unproved(
                    "the workload was over",
                    .init(summary: "At \(since.seconds) s the load was no longer to be judged")
                )
                continue
            }
            judge(time, since, most, timeline, names, context, &findings)
        }
    }

    private static func judge(
        _ time: Instant,
        _ since: Duration,
        _ most: Int,
        _ timeline: ServerTimeline,
        _ names: [String: String],
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        var loads: [String: Int] = [:]
        for place in timeline.incarnations {
            guard let (from, to) = timeline.running(place), from <= time, time < to else {
                continue
            }
            loads[timeline.name(place)] = 0
        }
        var unknown = 0
        for session in history.sessions {
            guard let opened = session.opened, history.time(opened) <= time,
                session.end.map({ time < $0.time }) ?? true
            else { continue }
            guard let server = history.records.text(opened, .server), let name = names[server]
            else {
                unknown += 1
                continue
            }
            if loads[name] != nil { loads[name, default: 0] += 1 }
        }
        guard unknown == 0 else {
            findings.unproved("\(unknown) sessions do not say at which server", .init(summary: ""))
            return
        }
        let sorted = loads.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        guard let least = sorted.first, let greatest = sorted.last else { return }
        findings.count("spread at \(since.seconds) s", greatest.value - least.value)
        guard greatest.value - least.value > most else { return }
        findings.violation(
            .init(
                summary: """
                    At \(since.seconds) s \(greatest.key) had \(greatest.value) sessions and \
                    \(least.key) \(least.value): they differ by more than \(most)
                    """,
                time: time...time
            ),
            excuse: .missing([.clients, .servers, .orchestrator])
        )
    }

    /// Servers' names by name and by address.
    private static func names(_ context: CheckContext) -> [String: String] {
        var result: [String: String] = [:]
        for server in context.servers { result[server] = server }
        let records = context.history.records
        for incarnation in context.history.incarnations
        where context.servers.contains(incarnation.id.node) {
            for index in incarnation.records where records.event(index) == .listening {
                guard let address = records.text(index, .server) else { continue }
                result[address] = incarnation.id.node
            }
        }
        return result
    }
}
