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
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var difference = UInt(bitPattern: left.count ^ right.count)
        for (index, byte) in right.enumerated() {
            difference |= UInt((left.isEmpty ? 0 : left[index % left.count]) ^ byte)
        }
        return difference == 0
    }
}
