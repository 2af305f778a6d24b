/// A session of a user, as the server that has the connection numbers it.
struct SessionID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `server id.number`, as it goes over the wire; without slash.
    let text: String

    init(text: String) { self.text = text }

    init(server: ServerID, number: Int64) { text = "\(server.text).\(number)" }

    var description: String { text }

    static func < (left: SessionID, right: SessionID) -> Bool { left.text < right.text }
}
