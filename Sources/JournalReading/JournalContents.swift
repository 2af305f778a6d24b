public import Evidence

/// What the journal files of a run hold: its records, and what is wrong with the files.
public struct JournalContents: Sendable {
    /// The records, in the order of the journal.
    public var records: RecordTable
    /// What was found wrong. Empty: every file was read to its end and no entry is missing.
    public var damage: [Damage]

    /// Makes contents.
    public init(records: RecordTable, damage: [Damage]) {
        self.records = records
        self.damage = damage
    }
}
