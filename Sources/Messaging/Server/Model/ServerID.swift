/// One life of one server: its name, and digits that no other life of that name has.
///
/// A server that restarts without its disk is another server, so its id is another one.
struct ServerID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `name~digits`, as it goes over the wire.
    let text: String

    init(text: String) { self.text = text }

    init(name: String, digits: UInt64) {
        text = "\(name)~\(String(digits, radix: 36))"
    }

    /// The name in the plan.
    var name: String {
        text.lastIndex(of: "~").map { String(text[..<$0]) } ?? text
    }

    var description: String { text }

    static func < (left: ServerID, right: ServerID) -> Bool { left.text < right.text }
}
