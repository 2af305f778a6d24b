/// What one connection may cost: a shell begins with its settings, and the core allows more to those who
/// have shown who they are.
public struct Allowance: Sendable, Hashable {
    /// The most bytes of one line, its end not counted.
    public var lineBytesMax: Int
    /// The most bytes that may wait to be written.
    public var pendingBytesMax: Int

    /// Makes an allowance; both numbers must be more than 0.
    public init(lineBytesMax: Int, pendingBytesMax: Int) {
        precondition(lineBytesMax > 0, "lineBytesMax must be more than 0, got \(lineBytesMax)")
        precondition(
            pendingBytesMax > 0,
            "pendingBytesMax must be more than 0, got \(pendingBytesMax)"
        )
        self.lineBytesMax = lineBytesMax
        self.pendingBytesMax = pendingBytesMax
    }
}
