/// A directed link: what flows from one node to another, whichever of the two dialled.
///
/// `ORDEAL_LINK` carries one or several: `server.1 -> server.3, server.3 -> server.1`. A node name
/// holds neither a space nor a comma.
public struct Link: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The node that sends.
    public var from: String
    /// The node that receives.
    public var to: String

    /// Makes a link.
    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    /// The link the other way.
    public var reversed: Link { Link(from: to, to: from) }

    /// Reads `a -> b`; nil where the text has not that form.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ")
        guard parts.count == 3, parts[1] == "->" else { return nil }
        self.init(from: String(parts[0]), to: String(parts[2]))
    }

    /// Reads a list of links separated by commas; nil where one of them is no link.
    public static func list(_ text: some StringProtocol) -> [Link]? {
        var links: [Link] = []
        for part in text.split(separator: ",") {
            guard let link = Link(part) else { return nil }
            links.append(link)
        }
        return links.isEmpty ? nil : links
    }

    /// The text of one link.
    public var description: String { "\(from) -> \(to)" }

    /// The text of several links, as `ORDEAL_LINK` carries them.
    public static func text(_ links: some Sequence<Link>) -> String {
        links.map(\.description).joined(separator: ", ")
    }

    /// Orders links by sender, then by receiver.
    public static func < (left: Link, right: Link) -> Bool {
        (left.from, left.to) < (right.from, right.to)
    }
}
