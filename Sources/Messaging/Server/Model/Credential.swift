/// What a server keeps of a secret, to recognise it.
///
/// This is the one place where a secret is turned into what is stored: a slow salted hash belongs in
/// `init(secret:)` and `matches`, nowhere else.
struct Credential: Sendable, Hashable {
    /// What is stored and sent between servers.
    let stored: String

    init(stored: String) { self.stored = stored }

    init(secret: String) { stored = secret }

    /// Whether this secret was shown before, in a time that does not depend on where they differ.
    func matches(_ secret: String) -> Bool {
        Self.areEqual(stored, secret)
    }

    /// Compares two texts in a time that depends on the length of the second alone.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        var difference = UInt(bitPattern: left.utf8.count ^ right.utf8.count)
        var bytes = left.utf8.makeIterator()
        for byte in right.utf8 {
            if let other = bytes.next() {
                difference |= UInt(other ^ byte)
            } else {
                bytes = left.utf8.makeIterator()
                difference |= UInt((bytes.next() ?? 0) ^ byte)
            }
        }
        return difference == 0
    }
}
