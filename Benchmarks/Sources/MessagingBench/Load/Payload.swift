/// The 64 bytes of every message: who sent it, and which one of its sender it is.
///
/// `@`, two digits of the sender, ten of the number, then dots.
enum Payload {
    static let count = 64
    static let mark = UInt8(ascii: "@")

    /// Appends the payload of a message.
    static func append(sender: Int, number: Int, to bytes: inout [UInt8]) {
        bytes.append(mark)
        digits(sender, 2, &bytes)
        digits(number, 10, &bytes)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "."), count: count - 13))
    }

    /// Whose message it is, and which one.
    @inline(__always)
    static func read(_ bytes: UnsafePointer<UInt8>) -> (sender: Int, number: Int) {
        var number = 0
        for place in 3..<13 { number = number &* 10 &+ Int(bytes[place] & 0x0F) }
        return (Int(bytes[1] & 0x0F) &* 10 &+ Int(bytes[2] & 0x0F), number)
    }

    private static func digits(_ number: Int, _ width: Int, _ bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
