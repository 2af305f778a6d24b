/// A JSON number as it was spelled.
public struct JSONNumber: Sendable, Hashable {
    /// The number's text, for example `1.0`, `-3` or `1e3`.
    public let text: String

    /// The number as an integer; nil where the text has a fraction or an exponent, or is beyond 64 bits.
    public var integer: Int64? { Int64(text) }

    /// Makes a number from an integer.
    public init(_ integer: Int64) {
        text = String(integer)
    }

    init(validText text: String) {
        self.text = text
    }
}
