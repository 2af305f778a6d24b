import Evidence

/// What servers say of themselves, and when they ran: the roles of each incarnation with their spans.
///
/// A role lasts until the next one, or the end of the process; a process runs from when it was ready. All is
/// cut where the run began to stop. Linear in the servers' records.
struct ServerTimeline {
    /// A role of one server.
    struct Role {
        let incarnation: Int
        let role: ServerRole
        let epoch: String
        let record: Int
        let from: Instant
        let to: Instant
    }

    /// The roles, by server, incarnation and sequence.
    private(set) var roles: [Role] = []
    /// The servers' incarnations, as indices.
    let incarnations: [Int]
    /// The end of what is judged: the run's stop, or its last record.
    let end: Instant
    private let history: History

    init(_ context: CheckContext) {
        history = context.history
        incarnations = history.incarnations.indices.filter {
            context.servers.contains(context.history.incarnations[$0].id.node)
        }
        end = history.entered(.stop) ?? history.end
        for (place, change) in history.roles.enumerated()
        where context.servers.contains(history.incarnations[change.incarnation].id.node) {
            let next = place + 1 < history.roles.count ? history.roles[place + 1] : nil
            let isFollowed = next?.incarnation == change.incarnation
            let last = history.incarnations[change.incarnation].end ?? end
            let until = isFollowed ? next.map { history.time($0.record) } ?? last : last
            roles.append(
                Role(
                    incarnation: change.incarnation,
                    role: change.role,
                    epoch: change.epoch,
                    record: change.record,
                    from: history.time(change.record),
                    to: min(until, end)
                )
            )
        }
    }

    /// From when until when a server's incarnation ran; nil where it never got ready.
    func running(_ incarnation: Int) -> (from: Instant, to: Instant)? {
        let incarnation = history.incarnations[incarnation]
        guard let ready = incarnation.ready else { return nil }
        return (history.time(ready), min(incarnation.end ?? end, end))
    }

    /// The name of a server's node.
    func name(_ incarnation: Int) -> String { history.incarnations[incarnation].id.node }
}
