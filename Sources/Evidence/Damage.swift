/// Something that is wrong with the journal files themselves, found while they were read.
public enum Damage: Sendable, Hashable {
    /// A journal file that is there but could not be read: its name and why.
    case unreadableFile(name: String, why: String)
    /// The journal's own sequence numbers jump: entries `from` to `through` are missing.
    case missingEntries(from: UInt64, through: UInt64)
    /// The journal says that it suppressed this many messages of a unit.
    case suppressed(count: Int64)
    /// An entry that says it is a record but breaks the record contract: its cursor and why.
    case malformedRecord(place: String, why: String)
    /// Besides the records of `run` there were those of other runs, which are left out: whose, and how many.
    case foreignRuns(run: String, others: String, records: Int)
}
