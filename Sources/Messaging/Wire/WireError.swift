/// Why a line is no protocol message: the text of INVALID_MESSAGE's `info`.
///
/// It says what was expected and what came instead, for example
/// `LOGIN must have "username": a string; it is missing`.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text, without line breaks.
    public let info: String

    /// Makes an error with this text.
    public init(_ info: String) {
        self.info = info
    }

    /// The text.
    public var description: String { info }
}
