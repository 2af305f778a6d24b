/// What identifies a message: its user, its stream and its number in that stream.
///
/// Written `user/stream/number` in `ORDEAL_MESSAGE`; a user name may hold a slash, a stream may not.
/// Numbers start at 1.
public struct MessageIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The user who sent it.
    public var user: String
    /// The stream that it belongs to: one client incarnation as one user.
    public var stream: String
    /// Its place in the stream, from 1 to `FieldType.numberMax`.
    public var number: Int64

    /// Makes an identity; `stream` must not hold a slash.
    public init(user: String, stream: String, number: Int64) {
        precondition(
            !stream.utf8.contains(UInt8(ascii: "/")),
            "a stream must not hold a slash, got \(stream)"
        )
        self.user = user
        self.stream = stream
        self.number = number
    }

    /// Reads `user/stream/number`; nil where the text has not that form: the number has digits only, and
    /// no leading zero.
    public init?(_ text: some StringProtocol) {
        // Written in one way only: neither a sign nor a leading zero.
        guard let numberSlash = text.lastIndex(of: "/"),
            let digit = text[numberSlash...].utf8.dropFirst().first,
            (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit),
            let number = Int64(text[text.index(after: numberSlash)...]),
            (1...FieldType.numberMax).contains(number),
            let streamSlash = text[..<numberSlash].lastIndex(of: "/")
        else { return nil }
        let stream = text[text.index(after: streamSlash)..<numberSlash]
        guard !stream.isEmpty else { return nil }
        self.user = String(text[..<streamSlash])
        self.stream = String(stream)
        self.number = number
    }

    /// The text of `ORDEAL_MESSAGE`.
    public var description: String { "\(user)/\(stream)/\(number)" }
}
