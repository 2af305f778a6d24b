/// A session of a user, as the server that has the connection numbers it.
struct SessionID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `server id.number`, as it goes over the wire; without slash.
    let text: String
    /// The hash, computed once: a session is looked up often.
    private let fingerprint: Int

    init(text: String) {
        self.text = text
        fingerprint = text.hashValue
    }

    init(server: ServerID, number: Int64) { self.init(text: "\(server.text).\(number)") }

    func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

    static func == (left: SessionID, right: SessionID) -> Bool {
        left.fingerprint == right.fingerprint && left.text == right.text
    }

    var description: String { text }

    static func < (left: SessionID, right: SessionID) -> Bool { left.text < right.text }
}
