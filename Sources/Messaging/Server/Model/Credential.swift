/// What a server keeps of a secret, to recognise it: a slow hash with its salt and cost.
///
/// The secret itself is known to the server that has the client, while it registers or logs in, and to
/// nobody else: between servers this text travels.
struct Credential: Sendable, Hashable {
    /// What is stored and sent between servers.
    let stored: String

    /// Whether a secret that came to this hash, with the same salt, is the one, in a time that does not
    /// depend on where they differ.
    func matches(_ hash: String) -> Bool {
        Self.areEqual(stored, hash)
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
