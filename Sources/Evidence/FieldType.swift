/// What the text of a field must look like.
public enum FieldType: Sendable, Hashable {
    /// Any text.
    case text
    /// A decimal number from 0 to 2⁶³−1.
    case natural
    /// A decimal number from 0 to 2⁶²−1, so that there is always one more.
    case sequence
    /// A decimal number that may be negative.
    case integer
    /// A decimal number from 0 to 2⁶⁴−1.
    case seed
    /// A decimal number of nanoseconds from 0 to 2⁶³−1.
    case nanoseconds
    /// 16 hexadecimal digits in lower case.
    case digest
    /// `user/stream/number`.
    case message
    /// A text that is not empty and holds no slash.
    case stream
    /// `a -> b`, several separated by commas.
    case links
    /// Lines of `<nanoseconds> <digest> <message>`.
    case deliveries
    /// One of these words.
    case oneOf([String])

    /// The type in words, for documentation and errors.
    public var description: String {
        switch self {
        case .text: "text"
        case .natural: "number from 0"
        case .sequence: "number from 0 to 2⁶²−1"
        case .integer: "number"
        case .seed: "number from 0 to 2⁶⁴−1"
        case .nanoseconds: "nanoseconds"
        case .digest: "16 hexadecimal digits"
        case .message: "user/stream/number"
        case .stream: "text without slash"
        case .links: "links (`a -> b, c -> d`)"
        case .deliveries: "lines of nanoseconds, digest, message"
        case .oneOf(let words): words.joined(separator: ", ")
        }
    }

    /// Whether a text has this form.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .text: true
        case .natural, .nanoseconds: (Int64(text) ?? -1) >= 0 && !text.hasPrefix("+")
        case .sequence: (0..<1 << 62).contains(Int64(text) ?? -1) && !text.hasPrefix("+")
        case .integer: Int64(text) != nil
        case .seed: UInt64(text) != nil
        case .digest:
            text.utf8.count == 16
                && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        case .message: MessageIdentity(text) != nil
        case .stream: !text.isEmpty && !text.utf8.contains(UInt8(ascii: "/"))
        case .links: Link.list(text) != nil
        case .deliveries: DeliveryBatch.read(text) != nil
        case .oneOf(let words): words.contains(text)
        }
    }
}
