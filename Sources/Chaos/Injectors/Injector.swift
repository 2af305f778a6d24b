/// One fault that can be put in force and taken back, each seen to be so.
///
/// The order is apply, verify, (wait), heal, verify healed; `FaultRunner` keeps it and writes the
/// records. Healing what was never applied is allowed and does nothing.
protocol Injector: Sendable {
    /// Puts the fault in force.
    func apply() async throws

    /// Sees it in force; returns how.
    ///
    /// - Throws: `FaultError` where its effect is not observed.
    func verify() async throws -> String

    /// Takes it back.
    func heal() async throws

    /// Sees it gone; returns how.
    func verifyHealed() async throws -> String

    /// Whether it met traffic while it was in force; nil where the question makes no sense.
    func isExercised() async throws -> Bool?
}

/// Why a fault did not do what it should.
public struct FaultError: Error, Sendable, CustomStringConvertible {
    /// One sentence: what was expected, what was seen.
    public let description: String

    /// Makes an error.
    public init(_ description: String) {
        self.description = description
    }
}
