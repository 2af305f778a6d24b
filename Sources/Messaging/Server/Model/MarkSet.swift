/// Which marks were taken.
public struct MarkSet: Sendable, Hashable {
    private var words = SIMD4<UInt64>()

    /// Makes an empty set.
    public init() {}

    /// Notes that a mark was taken.
    public mutating func insert(_ mark: Mark) {
        words[mark.rawValue >> 6] |= 1 << UInt64(mark.rawValue & 63)
    }

    /// Whether a mark was taken.
    public func contains(_ mark: Mark) -> Bool {
        words[mark.rawValue >> 6] & 1 << UInt64(mark.rawValue & 63) != 0
    }

    /// Adds what another set has.
    public mutating func formUnion(_ other: MarkSet) { words |= other.words }

    /// The marks that were never taken.
    public var missing: [Mark] { Mark.allCases.filter { !contains($0) } }
}
