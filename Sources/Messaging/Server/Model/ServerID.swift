/// One life of one server: its name, and digits that no other life of that name has.
///
/// A server that restarts without its disk is another server, so its id is another one.
struct ServerID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `name~digits`, as it goes over the wire.
    let text: String
    /// The hash, computed once: a server is looked up often.
    private let fingerprint: Int

    init(text: String) {
        self.text = text
        fingerprint = text.hashValue
    }

    init(name: String, digits: UInt64) {
        self.init(text: "\(name)~\(String(digits, radix: 36))")
    }

    func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

    static func == (left: ServerID, right: ServerID) -> Bool {
        left.fingerprint == right.fingerprint && left.text == right.text
    }

    /// The name in the plan.
    var name: String {
        text.lastIndex(of: "~").map { String(text[..<$0]) } ?? text
    }

    var description: String { text }

    static func < (left: ServerID, right: ServerID) -> Bool { left.text < right.text }
}
