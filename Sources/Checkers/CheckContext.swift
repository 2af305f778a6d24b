import Evidence

/// What every checker reads: the history, the settings, and what follows from both.
struct CheckContext {
    let history: History
    let settings: CheckSettings
    let servers: Set<String>
    let faults: ServerFaults
    /// Whose records contradict others.
    let doubted: Set<NodeIncarnation>

    init(_ history: History, _ settings: CheckSettings) {
        self.history = history
        self.settings = settings
        var servers = settings.servers
        if servers.isEmpty {
            // Of each writer, until it is known for one.
            for incarnation in history.incarnations where !servers.contains(incarnation.id.node) {
                let isServer = incarnation.records.contains {
                    let event = history.records.event($0)
                    return event == .roleChanged || event == .listening
                }
                if isServer { servers.insert(incarnation.id.node) }
            }
        }
        self.servers = servers
        doubted = Set(history.completeness.contradictions.flatMap(\.writers))
        faults = ServerFaults(history, settings: settings, servers: servers)
    }

    /// The node that holds a session.
    func node(of session: History.Session) -> String {
        history.incarnations[session.incarnation].id.node
    }

    /// The kind of node whose records these are.
    func role(of node: String) -> EvidenceSource {
        if node == history.completeness.orchestrator { return .orchestrator }
        if servers.contains(node) { return .servers }
        return settings.bystanders.contains(node) ? .bystanders : .clients
    }

    /// The faults in force at some time from `from` to `to`, with the time to settle.
    func activeFaults(_ from: Instant, _ to: Instant) -> [String] {
        history.faults.filter { fault in
            let until = fault.until.map { ServerFaults.add($0, settings.settle) }
            return (fault.intended ?? fault.applied) != nil && fault.from <= to
                && (until ?? ServerFaults.never) >= from
        }
        .map { "\($0.id) (\($0.summary))" }
    }
}

extension History {
    /// The time between two records, whichever is earlier: in one incarnation times may fall.
    func span(_ first: Int, _ second: Int) -> ClosedRange<Instant> {
        let (one, other) = (time(first), time(second))
        return min(one, other)...max(one, other)
    }
}
