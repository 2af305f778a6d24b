/// Why a shell cannot do its work: what, where, why and the remedy in one sentence.
public struct ShellError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// Makes an error with this text.
    public init(_ description: String) {
        self.description = description
    }
}
