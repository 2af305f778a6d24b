/// The bytes of one or more protocol lines, line ends included, ready to be written.
///
/// A message for many receivers is encoded once; its copies share their bytes.
public struct Frame: Sendable, Hashable {
    /// The bytes.
    public let bytes: [UInt8]

    /// Makes a frame of whole lines; each must end in a line feed.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.last == UInt8(ascii: "\n"), "a frame must end in a line feed")
        self.bytes = bytes
    }
}
