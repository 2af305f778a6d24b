/// What a run's records say, in the shape in which checkers ask: built once, then only read.
///
/// Records are named by their index in `records`, users, sessions, messages by their index in the list
/// of that name. Building is linear in the number of records but for sorts; besides the records it needs
/// some 40 bytes for each delivery and 250 for each message. A history may be incomplete: `completeness`
/// says what is missing, and nothing here guesses it.
public struct History: Sendable {
    /// The records by node, incarnation and sequence; one that was read twice is there once, and of a
    /// place that different records claim none (`completeness` has it as a gap).
    public let records: RecordTable
    /// What was wrong with the journal files.
    public let damage: [Damage]
    /// Every start of every node that a record tells of, by node and incarnation.
    public let incarnations: [Incarnation]
    /// Users as receivers; each anonymous connection is a user of its own.
    public let users: [User]
    /// Registrations and logins, with how they ended.
    public let operations: [Operation]
    /// Sessions of users.
    public let sessions: [Session]
    /// Messages that were sent or delivered.
    public let messages: [Message]
    /// Deliveries in order: those of one incarnation by sequence, of different ones by time, where none
    /// counts as earlier than those before it in its own; of equal times by node, incarnation.
    public let deliveries: [Delivery]
    /// Injected faults in order of their first record.
    public let faults: [Fault]
    /// When the run entered each phase, in order.
    public let phases: [PhaseEntry]
    /// Role changes of servers, by server, incarnation and sequence.
    public let roles: [RoleChange]
    /// What became of the last drain.
    public let drain: Drain
    /// The latest time of any record.
    public let end: Instant
    /// The earliest time of any record.
    public let start: Instant
    /// What is missing.
    public let completeness: CompletenessReport

    /// Sorts and relates the records of one run.
    ///
    /// - Parameter isOngoing: whether more records are to come: what is not there yet is no gap.
    public init(
        records: some Sequence<Record>,
        damage: [Damage] = [],
        isOngoing: Bool = false
    ) {
        self.init(table: RecordTable(records), damage: damage, isOngoing: isOngoing)
    }

    /// Sorts and relates the records of one run; who has no further use for the table gives it away, so
    /// that it is there only once.
    public init(
        table: consuming RecordTable,
        damage: [Damage] = [],
        isOngoing: Bool = false
    ) {
        var builder = HistoryBuilder(table: table)
        builder.build()
        self.records = builder.records
        self.damage = damage
        incarnations = builder.incarnations
        users = builder.users
        operations = builder.operations
        sessions = builder.sessions
        messages = builder.messages
        deliveries = builder.deliveries
        faults = builder.faults
        phases = builder.phases
        roles = builder.roles
        drain = builder.drain
        end = builder.end
        start = builder.start
        completeness = CompletenessReport(
            records: builder.records,
            incarnations: builder.incarnations,
            runs: builder.runs,
            conflicts: builder.conflicts,
            contradictions: builder.contradictions,
            damage: damage,
            isOngoing: isOngoing
        )
    }

    /// The reference to a record.
    public func reference(_ index: Int) -> RecordReference {
        RecordReference(records.writer(index), sequence: records.sequence(index))
    }

    /// The index of a record, or nil where it is not there. A binary search.
    public func index(of reference: RecordReference) -> Int? {
        let id = NodeIncarnation(node: reference.node, incarnation: reference.incarnation)
        guard let range = incarnations.first(where: { $0.id == id })?.records else { return nil }
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if records.sequence(middle) < reference.sequence {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < range.upperBound && records.sequence(low) == reference.sequence ? low : nil
    }

    /// The time of a record.
    public func time(_ index: Int) -> Instant { records.time(index) }

    /// Whether one record certainly happened before another: by sequence in one incarnation, by time
    /// between two (equal times are concurrent).
    public func precedes(_ first: Int, _ second: Int) -> Bool {
        if records.writerOf[first] == records.writerOf[second] {
            return records.sequences[first] < records.sequences[second]
        }
        return records.times[first] < records.times[second]
    }

    /// The first entry into a phase, or nil where the run did not get there.
    public func entered(_ phase: RunPhase) -> Instant? {
        phases.first { $0.phase == phase }?.time
    }
}
