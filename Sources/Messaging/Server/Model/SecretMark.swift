/// What a session remembers of the secret that it verified: enough to recognise it at once, and without
/// the key of this process no help in finding it.
///
/// Source: Aumasson and Bernstein, SipHash-2-4.
struct SecretMark: Sendable, Hashable {
    private let value: UInt64

    init(value: UInt64) { self.value = value }

    init(_ secret: String, key: MarkKey) {
        var secret = secret
        value = secret.withUTF8 { SipHash.hash($0, key) }
    }

    /// Whether this is the secret, in a time that does not depend on where they differ.
    func matches(_ secret: String, key: MarkKey) -> Bool {
        value ^ SecretMark(secret, key: key).value == 0
    }
}

/// The key of a server's secret marks, new in each process.
public struct MarkKey: Sendable, Hashable {
    /// Its first half.
    public var first: UInt64
    /// Its second half.
    public var second: UInt64

    /// Makes a key; a server that others can reach needs one by chance.
    public init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }
}

/// SipHash-2-4 of some bytes.
private struct SipHash {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ key: MarkKey) -> UInt64 {
        var state = SipHash(
            a: key.first ^ 0x736f_6d65_7073_6575,
            b: key.second ^ 0x646f_7261_6e64_6f6d,
            c: key.first ^ 0x6c79_6765_6e65_7261,
            d: key.second ^ 0x7465_6462_7974_6573
        )
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word |= UInt64(byte) << UInt64(8 * (index % 8))
            if index % 8 == 7 {
                state.take(word)
                word = 0
            }
        }
        state.take(word | UInt64(truncatingIfNeeded: bytes.count) << 56)
        state.c ^= 0xff
        for _ in 0..<4 { state.round() }
        return state.a ^ state.b ^ state.c ^ state.d
    }

    private mutating func take(_ word: UInt64) {
        d ^= word
        round()
        round()
        a ^= word
    }

    private mutating func round() {
        a &+= b
        c &+= d
        b = (b << 13 | b >> 51) ^ a
        d = (d << 16 | d >> 48) ^ c
        a = a << 32 | a >> 32
        c &+= b
        a &+= d
        b = (b << 17 | b >> 47) ^ c
        d = (d << 21 | d >> 43) ^ a
        c = c << 32 | c >> 32
    }
}
