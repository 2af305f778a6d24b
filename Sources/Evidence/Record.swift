/// One record of a run, as a checker sees it.
public struct Record: Sendable, Hashable {
    /// The run it belongs to.
    public var run: String
    /// The node that wrote it, by its name in the plan (`server.3`, `orchestrator`).
    public var node: String
    /// Which start of that node: 0 for the first.
    public var incarnation: Int
    /// Its place among the records of that incarnation: 0, 1, 2 … without gaps.
    public var sequence: Int64
    /// When the event happened, by the writer's clock.
    public var time: Instant
    /// What happened.
    public var event: EventKind
    /// The fields of that event.
    public var fields: FieldValues
    /// Its place in the journal, or 0 where it came from elsewhere.
    public var journalSequence: UInt64

    /// Makes a record.
    public init(
        run: String,
        node: String,
        incarnation: Int,
        sequence: Int64,
        time: Instant,
        event: EventKind,
        fields: FieldValues = [:],
        journalSequence: UInt64 = 0
    ) {
        self.run = run
        self.node = node
        self.incarnation = incarnation
        self.sequence = sequence
        self.time = time
        self.event = event
        self.fields = fields
        self.journalSequence = journalSequence
    }

    /// The text of an event field, or nil.
    public subscript(field: Field) -> String? { fields[field] }

    /// The number in an event field, or nil.
    public func integer(_ field: Field) -> Int64? { fields.integer(field) }
}
