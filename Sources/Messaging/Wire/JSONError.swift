/// Why a text is no JSON: what was expected, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected, for example `a value` or `',' or '}'`.
    public var expected: String
    /// The place of the byte where it was expected, from 0, after the repair of invalid UTF-8.
    public var place: Int

    /// `expected ',' or '}' at byte 12`.
    public var description: String { "expected \(expected) at byte \(place)" }
}
