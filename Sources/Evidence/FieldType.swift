/// What the text of a field must look like.
public enum FieldType: Sendable, Hashable {
    /// Any text.
    case text
    /// A decimal number from 0 to `numberMax`.
    case natural
    /// A decimal number that may be negative.
    case integer
    /// A decimal number from 0 to 2⁶⁴−1.
    case seed
    /// A decimal number of nanoseconds from 0 to `numberMax`: 36 years.
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

    /// The greatest number and time: a few of them, and whatever a plan may say, add up without overflow.
    public static let numberMax: Int64 = (1 << 60) - 1

    /// The type in words, for documentation and errors.
    public var description: String {
        switch self {
        case .text: "text"
        case .natural: "number from 0 to 2⁶⁰−1"
        case .integer: "number"
        case .seed: "number from 0 to 2⁶⁴−1"
        case .nanoseconds: "nanoseconds from 0 to 2⁶⁰−1"
        case .digest: "16 hexadecimal digits"
        case .message: "user/stream/number"
        case .stream: "text without slash"
        case .links: "links (`a -> b, c -> d`)"
        case .deliveries: "lines of nanoseconds, digest, message"
        case .oneOf(let words): words.joined(separator: ", ")
        }
    }

    /// The number that a text of the type `natural` or `nanoseconds` says; nil where it is none.
    static func number(_ text: some StringProtocol) -> Int64? {
        guard let number = Int64(text), (0...numberMax).contains(number), text.utf8.first != 0x2B
        else { return nil }
        return number
    }

    /// Whether a text has this form.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .text: true
        case .natural, .nanoseconds: Self.number(text) != nil
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
