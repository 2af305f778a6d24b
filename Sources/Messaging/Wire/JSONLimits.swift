/// How large and how deep a JSON text may be.
public struct JSONLimits: Sendable, Hashable {
    /// The most levels of arrays and objects, the outermost counted: 1 … 512.
    public var depth: Int
    /// The most bytes of the whole text.
    public var bytes: Int

    /// What a client may send: 64 levels, 1 MiB.
    public static let client = JSONLimits(depth: 64, bytes: 1 << 20)
    /// What a server may send to a client: 64 levels, 4 MiB (a repaired byte becomes three).
    public static let reply = JSONLimits(depth: 64, bytes: 1 << 22)
    /// What servers may send to each other: 80 levels (they wrap what clients sent), 64 MiB.
    public static let server = JSONLimits(depth: 80, bytes: 1 << 26)

    /// Makes limits.
    public init(depth: Int = 64, bytes: Int = 1 << 20) {
        precondition((1...512).contains(depth), "depth must be 1...512, got \(depth)")
        precondition(bytes >= 0, "bytes must be 0 or more, got \(bytes)")
        self.depth = depth
        self.bytes = bytes
    }
}
