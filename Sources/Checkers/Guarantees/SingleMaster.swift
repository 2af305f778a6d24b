import Evidence

/// S1 single-master: in each epoch at most one node acts as master; each node's role transitions are
/// legal; outside server faults neither two masters nor fewer than min(super-peers wanted, servers)
/// super-peers last longer than `settle`.
///
/// A node acts as master in the epoch in which it took the role, and in those of its own that it accepts
/// while it has it. Legal are: PEER or MASTERSUPERPEER at first; PEER, PEERTOSUPERPEER, SUPERPEER,
/// MASTERSUPERPEER one after the other; from PEERTOSUPERPEER back to PEER; from MASTERSUPERPEER back to
/// SUPERPEER. Servers count from when they were ready; the master is a super-peer too. Time that passes
/// under a server fault, and until `settle` after it was healed, does not count.
///
/// Time: n·log n in the servers' records; memory: linear in role changes and epochs.
enum SingleMaster: Detector {
    static let sources: Set<EvidenceSource> = [.servers, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let timeline = ServerTimeline(context)
        guard findings.spend(context.history.records.count) else { return }
        findings.cases += timeline.roles.count
        judgeTransitions(timeline, context, &findings)
        judgeEpochs(timeline, context, &findings)
        judgeNumbers(timeline, context, &findings)
    }

    // MARK: Transitions

    private static func judgeTransitions(
        _ timeline: ServerTimeline,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        var before: ServerTimeline.Role?
        for role in timeline.roles {
            let last = before?.incarnation == role.incarnation ? before : nil
            before = role
            guard !isLegal(last?.role, role.role) else { continue }
            let name = timeline.name(role.incarnation)
            let what = last.map { "went from \($0.role.rawValue)" } ?? "began"
            let then = last == nil ? "as" : "to"
            findings.violation(
                .init(
                    summary: "\(name) \(what) \(then) \(role.role.rawValue)",
                    records: [role.record, last?.record]
                ),
                excuse: .missing([.servers])
            )
        }
    }

    /// Whether a server may go from one role to another; nil: it has none yet.
    private static func isLegal(_ from: ServerRole?, _ to: ServerRole) -> Bool {
        switch (from, to) {
        case (nil, .peer), (nil, .master),
            (.peer, .transition), (.transition, .superPeer), (.transition, .peer),
            (.superPeer, .master), (.master, .superPeer):
            true
        case (.peer, .peer), (.transition, .transition), (.superPeer, .superPeer),
            (.master, .master):
            // Said again.
            true
        case (nil, .transition), (nil, .superPeer),
            (.peer, .superPeer), (.peer, .master), (.transition, .master),
            (.superPeer, .peer), (.superPeer, .transition),
            (.master, .peer), (.master, .transition):
            false
        }
    }

    // MARK: Epochs

    /// A node acted as master in an epoch.
    private struct Act {
        let node: String
        let record: Int
    }

    private static func judgeEpochs(
        _ timeline: ServerTimeline,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        var acts: [String: Act] = [:]
        var isTold: Set<String> = []
        func act(_ node: String, _ epoch: String, _ record: Int) {
            guard let first = acts[epoch] else {
                acts[epoch] = Act(node: node, record: record)
                return
            }
            guard first.node != node, isTold.insert("\(epoch) \(node)").inserted else { return }
            findings.violation(
                .init(
                    summary: "\(first.node) and \(node) were both master in epoch \(epoch)",
                    records: [first.record, record]
                ),
                excuse: .never
            )
        }
        for place in timeline.incarnations {
            let node = timeline.name(place)
            var isMaster = false
            for index in history.incarnations[place].records {
                let event = history.records.event(index)
                guard event == .roleChanged || event == .epochChanged else { continue }
                let record = history.records[index]
                if event == .roleChanged {
                    isMaster = record[.role] == ServerRole.master.rawValue
                    if isMaster { act(node, record[.epoch] ?? "", index) }
                } else if isMaster, record[.peer] == node {
                    act(node, record[.epoch] ?? "", index)
                }
            }
        }
        findings.count("epochs with a master", acts.count)
    }

    // MARK: Numbers

    private static func judgeNumbers(
        _ timeline: ServerTimeline,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        var masters = Stretches()
        var superPeers = Stretches()
        for role in timeline.roles {
            switch role.role {
            case .master:
                masters.add(1, from: role.from, to: role.to)
                superPeers.add(1, from: role.from, to: role.to)
            case .superPeer:
                superPeers.add(1, from: role.from, to: role.to)
            case .transition, .peer:
                break
            }
        }
        for stretch in masters.stretches(until: timeline.end, where: { $0 > 1 }) {
            judge(stretch, "there were two masters", timeline, context, &findings) {
                $0.role == .master
            }
        }
        for stretch in shortages(timeline, superPeers, context) {
            judge(stretch, "there were too few super-peers", timeline, context, &findings) {
                $0.role == .superPeer || $0.role == .master
            }
        }
    }

    /// When there were fewer super-peers than there should be, by how many servers ran.
    private static func shortages(
        _ timeline: ServerTimeline,
        _ superPeers: Stretches,
        _ context: CheckContext
    ) -> [Stretches.Stretch] {
        var running = Stretches()
        for place in timeline.incarnations {
            guard let (from, to) = timeline.running(place) else { continue }
            running.add(1, from: from, to: to)
        }
        let wanted = context.settings.superPeers
        return running.capped(at: wanted).subtracting(superPeers)
            .stretches(until: timeline.end) { $0 > 0 }
    }

    private static func judge(
        _ stretch: Stretches.Stretch,
        _ what: String,
        _ timeline: ServerTimeline,
        _ context: CheckContext,
        _ findings: inout Findings,
        where isPart: (ServerTimeline.Role) -> Bool
    ) {
        let settle = context.settings.settle
        let limit = context.faults.advance(stretch.from, by: settle, node: "")
        guard stretch.to > limit else { return }
        let witnesses = timeline.roles.filter {
            isPart($0) && $0.from < stretch.to && $0.to > stretch.from
        }
        let time = (stretch.to - stretch.from).seconds
        findings.violation(
            .init(
                summary: "For \(time) s \(what), longer than settle outside server faults",
                records: witnesses.prefix(8).map(\.record),
                time: stretch.from...stretch.to
            ),
            excuse: .missing([.servers, .orchestrator])
        )
    }
}
