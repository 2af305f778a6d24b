/// A 64-bit FNV-1a digest, written as 16 hexadecimal digits.
///
/// It tells a changed body from an unchanged one (`ORDEAL_DIGEST`) and two secrets apart
/// (`ORDEAL_SECRET`, salted with the user's name). It is no protection against an adversary.
/// Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (IETF draft).
public struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// The 64 bits.
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Digests the bytes.
    public init(_ bytes: some Sequence<UInt8>) {
        add(bytes)
    }

    /// The fingerprint of a user's secret, as records carry it in place of the secret.
    public init(user: String, secret: String) {
        add(user.utf8)
        add(CollectionOfOne(0))
        add(secret.utf8)
    }

    /// The digest as 16 hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }
}
