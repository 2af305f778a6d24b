public import Messaging

/// Where a shell listens and dials from, and what it allows each connection.
public struct ShellSettings: Sendable {
    /// Where it accepts connections; nil: nowhere. Port 0 lets the system choose one.
    public var listen: Address?
    /// The numeric address that dials come from; nil: the system chooses.
    public var bind: String?
    /// How long a dial may take. The default is 2 s.
    public var connectTimeout: Duration = .seconds(2)
    /// The most bytes of one line, its end not counted, until the core allows more. The default is 4 MiB.
    public var lineBytesMax = 1 << 22
    /// The most bytes that may wait to be written to one connection, until the core allows more. The
    /// default is 64 MiB.
    public var pendingBytesMax = 1 << 26
    /// The most connections at a time, those included that are being closed; one more is closed as soon
    /// as it is accepted. The default is 20,000.
    public var connectionsMax = 20_000
    /// After so long without a word the machine asks whether the other side of an accepted connection is
    /// still there (TCP keep-alive), three times within the same time; nil: never. In whole seconds, 1 s
    /// at least. The default is nil.
    public var keepAlive: Duration?
    /// How long a connection that the core closed may take to write what is left and to be closed by
    /// the other side as well. The default is 2 s.
    public var lingerMax: Duration = .seconds(2)
    /// How long the end of the process may take for the same. The default is 300 ms.
    public var exitLingerMax: Duration = .milliseconds(300)

    /// Makes settings with all defaults.
    public init(listen: Address? = nil, bind: String? = nil) {
        self.listen = listen
        self.bind = bind
    }
}
