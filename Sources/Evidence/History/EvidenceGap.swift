/// Records of one incarnation that are missing.
public struct EvidenceGap: Sendable, Hashable, CustomStringConvertible {
    /// Whose records.
    public let incarnation: NodeIncarnation
    /// The first missing sequence number.
    public let from: Int64
    /// The last missing one; nil where nobody knows how many there were.
    public let through: Int64?

    /// Makes a gap; `through` is nil where nobody knows how many there were.
    public init(incarnation: NodeIncarnation, from: Int64, through: Int64?) {
        self.incarnation = incarnation
        self.from = from
        self.through = through
    }

    /// Who and which, for people.
    public var description: String {
        guard let through else { return "\(incarnation) from record \(from) on" }
        return from == through
            ? "\(incarnation) record \(from)" : "\(incarnation) records \(from) to \(through)"
    }
}
