/// What one connection may ask of a server, and how much a server keeps.
///
/// Bytes per line and pending bytes per connection are the shell's to enforce; the core names them
/// so that they are set in one place.
public struct ServerLimits: Sendable, Hashable {
    /// The most bytes of a line from a client. The default is 1 MiB.
    public var clientLineBytesMax = 1 << 20
    /// The most bytes of a line from a server. The default is 64 MiB.
    public var serverLineBytesMax = 1 << 26
    /// The most bytes that may wait to be written to a client: a slow reader. What was pending for its user
    /// when it logged in waits besides. The default is 64 MiB.
    public var clientPendingBytesMax = 1 << 26
    /// The most bytes that may wait to be written to a server. The default is 256 MiB.
    public var serverPendingBytesMax = 1 << 28
    /// The most lines that a client may send in one second. The default is 100,000: what a program can
    /// send that is in no hurry to harm.
    public var linesPerSecondMax = 100_000
    /// The most connections at a time, of those that have said something: one more is refused when it
    /// speaks. The silent ones have what room is left; a new connection that finds none takes that of the
    /// oldest of them, which is closed. The default is 10,000.
    public var connectionsMax = 10_000
    /// How many connections more there may be, for servers: one of them that says anything but
    /// AUTHENTICATE, or nothing for `hold`, is closed. The default is 64.
    public var connectionsReserved = 64
    /// How long a new connection may stay without a word. The default is 5 min: a person may think
    /// before pressing Login.
    public var firstMessageWithin: Duration = .seconds(300)
    /// The most sends of one session that may wait for their acknowledgement; from a quarter of it on
    /// the server reads nothing more of the client until they are fewer. The default is 20,000.
    public var unacknowledgedSendsMax = 20_000
    /// From so many bytes of sends that wait for their acknowledgement on, the server reads nothing more
    /// of the client until they are half of it. The default is 8 MiB.
    public var unacknowledgedBytesMax = 1 << 23
    /// The most names that may be registered; one more is refused. The default is 1,000,000.
    public var registrationsMax = 1_000_000
    /// The most secrets that may wait to be hashed; whoever comes then is sent away. The default is
    /// 200: some 4 s at the usual cost, for longer few would wait.
    public var hashesMax = 200
    /// How long a message that nobody waits for is kept for super-peers that were away. The default
    /// is 10 min.
    public var settledRetention: Duration = .seconds(600)
    /// The most entries of the replicated log; older ones are dropped, by a record where somebody
    /// still waits for them. The default is 2,000,000.
    public var logEntriesMax = 2_000_000
    /// The most bytes of what clients said in the entries of the replicated log; older entries are dropped
    /// like those beyond `logEntriesMax`. The default is 512 MiB.
    public var logBytesMax = 1 << 29
    /// How long a message is kept for users who do not come; then it is dropped by a record. The default is
    /// 24 h.
    public var pendingRetention: Duration = .seconds(86_400)

    /// Makes limits with all defaults.
    public init() {}

    /// What a connection may cost until it has shown that it is a server's: one message may always be on its
    /// way, and what a client says may come out up to three times as long (bytes that are no UTF-8).
    public var forClients: Allowance {
        Allowance(
            lineBytesMax: clientLineBytesMax,
            pendingBytesMax: clientPendingBytesMax + 4 * clientLineBytesMax
        )
    }

    /// What a server's connection may cost.
    public var forServers: Allowance {
        Allowance(lineBytesMax: serverLineBytesMax, pendingBytesMax: serverPendingBytesMax)
    }
}
