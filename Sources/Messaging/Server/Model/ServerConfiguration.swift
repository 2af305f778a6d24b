/// Who a server is, whom it joins, and the settings of its cluster.
public struct ServerConfiguration: Sendable {
    /// The node's name in the plan, for example `server.3`; it must not hold `~` or `/`.
    public var name: String
    /// The address under which other servers and clients are told to find it.
    public var address: Address
    /// The servers to join, tried in turn. Empty: it is the first server and founds the system.
    public var remotes: [Address]
    /// The cluster secret: a server that shows another one is refused.
    public var secret: String
    /// How long a silent link or user still counts; 100 ms … 1 h. The default is 2 s.
    public var hold: Duration = .seconds(2)
    /// How many super-peers there should be, the master included: 1 … 64. The default is 4.
    public var superPeers = 4
    /// The seed of its chance decisions. The default is 0.
    public var seed: UInt64 = 0
    /// The key of what sessions remember of secrets: a process draws its own. The default is no
    /// protection.
    public var markKey = MarkKey(0, 0)
    /// When a new client is sent to another server. The default is from 200 to 400 sessions.
    public var clientRedirect = RedirectThresholds(min: 200, max: 400)
    /// When a joining server is sent to another one. The default is from 16 to 32 servers.
    public var serverRedirect = RedirectThresholds(min: 16, max: 32)
    /// What a connection may ask of a server, and how much is kept.
    public var limits = ServerLimits()
    /// What a side without a majority of the voters does. The default is `quorum`.
    public var registration = RegistrationMode.quorum
    /// The order in which messages are delivered. The default is `fifo`.
    public var ordering = MessageOrdering.fifo

    /// Whether there is a record of every message that is stored; pointless where nobody takes records.
    /// The default is true.
    public var recordsMessages = true
    /// What its wall clock is ahead of the monotonic one, or behind; wall clocks only make stamps, by
    /// which the earlier of two is told. The default is 0.
    public var wallClockOffset: Duration = .zero
    /// Which mechanisms are on: for tests alone. The default is all.
    public var mechanisms = Mechanisms.all

    /// Makes a configuration with all settings at their defaults.
    public init(name: String, address: Address, remotes: [Address] = [], secret: String) {
        precondition(
            !name.isEmpty && !name.contains("~") && !name.contains("/"),
            "a server's name must not be empty nor hold ~ or /, got \(name)"
        )
        self.name = name
        self.address = address
        self.remotes = remotes
        self.secret = secret
    }

    /// Traps where settings do not go together.
    func requireSense() {
        precondition(
            ordering != .total || registration == .quorum,
            "a total order needs registration quorum, got \(registration)"
        )
    }
}
