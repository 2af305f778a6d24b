/// Cuts a stream of bytes into lines.
///
/// A line is what ends with a newline, which is no part of it; a longer one than `lineBytesMax` is
/// given in pieces of that size, so that no program can make us hold more.
struct LineSplitter: Sendable {
    /// The longest line that is given in one piece, in bytes.
    static let lineBytesMax = 16_384

    private var pending: [UInt8] = []

    /// Adds bytes and returns the lines that are whole now.
    mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else {
                if pending.count == Self.lineBytesMax {
                    lines.append(take())
                }
                pending.append(byte)
            }
        }
        return lines
    }

    /// The last line, where the stream ended without a newline.
    mutating func finish() -> String? {
        pending.isEmpty ? nil : take()
    }

    private mutating func take() -> String {
        defer { pending.removeAll(keepingCapacity: true) }
        return String(decoding: pending, as: UTF8.self)
    }
}
