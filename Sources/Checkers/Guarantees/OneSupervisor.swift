import Evidence

/// S2 one-supervisor: by its own records a peer has at most one supervisor at a time; outside server
/// faults no two super-peers list it longer than `settle`.
///
/// A supervisor is had from `supervisor-changed` to `supervisor-lost`, the server's becoming a super-peer, or
/// its end. A peer is listed from `peer-listed` to `peer-lost`, or the end of who listed it. Time that
/// passes under a server fault, and until `settle` after it was healed, does not count.
///
/// Time: n·log n in the servers' records; memory: linear in the lists' changes.
enum OneSupervisor: Detector {
    static let sources: Set<EvidenceSource> = [.servers, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        guard findings.spend(context.history.records.count) else { return }
        let timeline = ServerTimeline(context)
        var listings: [Listing] = []
        for place in timeline.incarnations {
            judgeOwnRecords(place, timeline, context, &findings)
            listings += Self.listings(place, timeline, context)
        }
        findings.cases += listings.count
        let byPeer = Dictionary(grouping: listings, by: \.peer)
        for peer in byPeer.keys.sorted() {
            judge(peer, byPeer[peer] ?? [], timeline, context, &findings)
        }
    }

    // MARK: What a peer says

    private static func judgeOwnRecords(
        _ place: Int,
        _ timeline: ServerTimeline,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        var supervisor: (name: String, record: Int)?
        for index in history.incarnations[place].records {
            guard isOfSupervisors(history.records.event(index)) else { continue }
            let record = history.records[index]
            let peer = record[.peer] ?? ""
            if record.event == .supervisorChanged {
                findings.cases += 1
                if let supervisor, supervisor.name != peer {
                    findings.violation(
                        .init(
                            summary: """
                                \(timeline.name(place)) had \(supervisor.name) and \(peer) as \
                                supervisors at the same time
                                """,
                            records: [supervisor.record, index]
                        ),
                        excuse: .missing([.servers])
                    )
                }
                supervisor = (peer, index)
            } else if record.event == .supervisorLost, supervisor?.name == peer {
                supervisor = nil
            } else if record.event == .roleChanged,
                record[.role] == ServerRole.superPeer.rawValue
                    || record[.role] == ServerRole.master.rawValue
            {
                supervisor = nil
            }
        }
    }

    private static func isOfSupervisors(_ event: EventKind) -> Bool {
        event == .supervisorChanged || event == .supervisorLost || event == .roleChanged
    }

    // MARK: What super-peers say

    /// A super-peer listed a peer for some time.
    private struct Listing {
        let peer: String
        let server: String
        let record: Int
        let from: Instant
        let to: Instant
    }

    private static func listings(
        _ place: Int,
        _ timeline: ServerTimeline,
        _ context: CheckContext
    ) -> [Listing] {
        let history = context.history
        let incarnation = history.incarnations[place]
        var open: [String: Int] = [:]
        var result: [Listing] = []
        func close(_ peer: String, _ listed: Int, at time: Instant) {
            result.append(
                Listing(
                    peer: peer,
                    server: timeline.name(place),
                    record: listed,
                    from: history.time(listed),
                    to: time
                )
            )
        }
        for index in incarnation.records {
            let event = history.records.event(index)
            guard event == .peerListed || event == .peerLost,
                let peer = history.records.text(index, .peer)
            else { continue }
            if let listed = open.removeValue(forKey: peer) {
                close(peer, listed, at: history.time(index))
            }
            if event == .peerListed { open[peer] = index }
        }
        for (peer, listed) in open.sorted(by: { $0.key < $1.key }) {
            close(peer, listed, at: min(incarnation.end ?? timeline.end, timeline.end))
        }
        return result
    }

    private static func judge(
        _ peer: String,
        _ listings: [Listing],
        _ timeline: ServerTimeline,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        var number = Stretches()
        for listing in listings { number.add(1, from: listing.from, to: listing.to) }
        for stretch in number.stretches(until: timeline.end, where: { $0 > 1 }) {
            let settle = context.settings.settle
            let limit = context.faults.advance(stretch.from, by: settle, node: "")
            guard stretch.to > limit else { continue }
            let witnesses = listings.filter { $0.from < stretch.to && $0.to > stretch.from }
            let names = Set(witnesses.map(\.server)).sorted()
            let time = (stretch.to - stretch.from).seconds
            findings.violation(
                .init(
                    summary: """
                        For \(time) s \(names.joined(separator: " and ")) listed \(peer), longer \
                        than settle outside server faults
                        """,
                    records: witnesses.prefix(8).map(\.record),
                    time: stretch.from...stretch.to
                ),
                excuse: .missing([.servers, .orchestrator])
            )
        }
    }
}
