import Evidence

/// L2 authentication: a `login-ok` only with the secret of a `register` of the name that may have
/// happened (anonymous aside); a node is only admitted with the cluster secret.
///
/// Time: one step for each (login, registration of its name) and for each record of a server; memory:
/// linear in the number of registrations. The node part needs the servers' records.
enum Authentication: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator, .servers]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        judgeLogins(context, &findings)
        judgeAdmissions(context, &findings)
    }

    private static func judgeLogins(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        let names = Registrations(history)
        for session in history.sessions {
            guard let opened = session.opened else { continue }
            let time = history.time(opened)
            let secret = history.records.text(opened, .secret)
            guard let user = history.records.text(opened, .user), user != History.anonymous else {
                findings.count("anonymous logins")
                continue
            }
            findings.cases += 1
            let registrations = names.of(user)
            guard findings.spend(1 + registrations.count) else { return }
            let isRight = registrations.contains {
                guard $0.outcome != .failed else { return false }
                // Without its invocation nobody knows the secret; the gap says so.
                guard let invoke = $0.invoke else { return true }
                return $0.secret == secret && !history.precedes(opened, invoke)
            }
            guard !isRight else { continue }
            findings.violation(
                .init(
                    summary: "\(user) was let in with a secret that no registration gave",
                    records: [opened] + registrations.map(\.invoke),
                    users: [user],
                    time: time...time
                ),
                excuse: .missing([.clients, .orchestrator])
            )
        }
    }

    private static func judgeAdmissions(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard let secret = context.settings.clusterSecret else {
            findings.count("admissions that were not judged, for want of the cluster secret", 0)
            return
        }
        for incarnation in history.incarnations where context.servers.contains(incarnation.id.node)
        {
            guard findings.spend(1 + incarnation.records.count) else { return }
            for index in incarnation.records where history.records.event(index) == .peerAdmitted {
                findings.cases += 1
                guard history.records.text(index, .secret) != secret else { continue }
                let peer = history.records.text(index, .peer) ?? "a node"
                findings.violation(
                    .init(
                        summary:
                            "\(incarnation.id.node) admitted \(peer) without the cluster secret",
                        records: [index]
                    ),
                    excuse: .never
                )
            }
        }
    }
}
