/// A core's state contradicts itself: a bug of the core, whatever the outside did.
public struct BrokenInvariant: Error, Hashable, CustomStringConvertible {
    /// What must hold, and what was found.
    public let description: String

    /// Makes one.
    public init(_ description: String) { self.description = description }

    /// Throws unless something holds.
    static func unless(
        _ condition: Bool,
        _ description: @autoclosure () -> String
    ) throws(BrokenInvariant) {
        if !condition { throw BrokenInvariant(description()) }
    }
}
