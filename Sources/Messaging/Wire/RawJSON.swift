/// One JSON value that was checked and is kept as it was spelled.
///
/// It holds no line break when it was read from a line.
public struct RawJSON: Sendable, Hashable {
    /// The bytes of the value, without white space around it; valid UTF-8.
    public let bytes: [UInt8]

    init(checked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What kind of value it is, in words for an error.
    public var kind: String {
        switch bytes.first {
        case UInt8(ascii: "{"): "an object"
        case UInt8(ascii: "["): "an array"
        case UInt8(ascii: "\""): "a string"
        case UInt8(ascii: "n"): "null"
        case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
        case .some, .none: "a number"
        }
    }

    /// Whether it is `null`.
    public var isNull: Bool { bytes.first == UInt8(ascii: "n") }

    /// Whether it is an object.
    public var isObject: Bool { bytes.first == UInt8(ascii: "{") }
}
