/// Why a line is no protocol message: the text of INVALID_MESSAGE's `info`.
///
/// It says what was expected and what came instead, for example
/// `LOGIN must have "username": a string; it is missing`.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text, without line breaks.
    public let info: String

    /// The most bytes of a text; what is longer is cut, for it may quote what was sent.
    public static let infoBytesMax = 512

    /// Makes an error with this text.
    public init(_ info: String) {
        guard info.utf8.count > Self.infoBytesMax else {
            self.info = info
            return
        }
        // A scalar is four bytes at the most, the dots are three.
        self.info = String(info.unicodeScalars.prefix((Self.infoBytesMax - 3) / 4)) + "…"
    }

    /// The text.
    public var description: String { info }
}
