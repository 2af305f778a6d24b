/// Where a process can be reached: an IPv4 address or host name and a TCP port.
public struct Address: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The numeric address or the name.
    public var host: String
    /// The port: 1 … 65535.
    public var port: Int

    /// Makes an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`; nil where the text has not that form or the port is out of range.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        self.init(host: String(text[..<colon]), port: port)
    }

    /// `host:port`.
    public var description: String { "\(host):\(port)" }

    /// Orders by host, then port: a fixed order, without meaning.
    public static func < (left: Address, right: Address) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }
}
