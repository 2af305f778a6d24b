/// How many servers and clients of the built-in system a run has, and their settings.
///
/// Servers are named `server.1` … and clients `client.1` … .
public struct Cluster: Sendable, Equatable {
    /// How many servers: 1 … 500.
    public var servers: Int
    /// How many clients: 0 … 5000.
    public var clients: Int
    /// How many of the clients speak the stock protocol only; the last named ones. The default is 0.
    public var stockClients: Int
    /// How many of the clients are `anonymous`, each connection a user of its own; the last ones of
    /// all. The default is 0.
    public var anonymousClients: Int
    /// How long a silent link or user still counts as connected. The default is 2 s.
    public var hold: Duration
    /// How many super-peers the master keeps, itself included: 1 … 64. The default is 4.
    public var superPeers: Int
    /// What a side without a majority of the voters does with registrations. The default is `quorum`.
    public var registration: Registration
    /// The order in which messages are delivered. The default is `fifo`.
    public var ordering: Ordering
    /// Whether servers keep on disk what they promise. The default is false: in memory only.
    public var durable: Bool
    /// The loads of a server between which a client that logs in is sent elsewhere, never below and
    /// always from the upper one on. The default is 200 to 400 sessions.
    public var redirectClients: ClosedRange<Int>
    /// The same for a server that joins, by the peers of the one that it asks. The default is 16 to 32.
    public var redirectServers: ClosedRange<Int>
    /// How long a process may take until it is ready. The default is 10 s.
    public var readyWithin: Duration
    /// How long a process may take to stop before it is killed. The default is 5 s.
    public var stopWithin: Duration

    /// What a side does with registrations.
    public enum Registration: String, Sendable, Equatable, CaseIterable {
        /// Without a majority it refuses them, so that no name has two owners.
        case quorum
        /// It goes on by itself.
        case available
    }

    /// An order of delivery.
    public enum Ordering: String, Sendable, Equatable, CaseIterable {
        /// Messages of one stream as they were sent.
        case fifo
        /// Also: none before what its sender had sent or got before it.
        case causal
        /// Also: one order of all messages for everybody.
        case total
    }

    /// Makes a cluster from all its parts.
    public init(
        servers: Int,
        clients: Int,
        stockClients: Int = 0,
        anonymousClients: Int = 0,
        hold: Duration = .seconds(2),
        superPeers: Int = 4,
        registration: Registration = .quorum,
        ordering: Ordering = .fifo,
        durable: Bool = false,
        redirectClients: ClosedRange<Int> = 200...400,
        redirectServers: ClosedRange<Int> = 16...32,
        readyWithin: Duration = .seconds(10),
        stopWithin: Duration = .seconds(5)
    ) {
        self.servers = servers
        self.clients = clients
        self.stockClients = stockClients
        self.anonymousClients = anonymousClients
        self.hold = hold
        self.superPeers = superPeers
        self.registration = registration
        self.ordering = ordering
        self.durable = durable
        self.redirectClients = redirectClients
        self.redirectServers = redirectServers
        self.readyWithin = readyWithin
        self.stopWithin = stopWithin
    }

    /// The names of the servers, in order.
    public var serverNames: [String] { (1...max(1, servers)).map { "server.\($0)" } }

    /// The names of the clients, in order.
    public var clientNames: [String] { clients == 0 ? [] : (1...clients).map { "client.\($0)" } }

    /// How soon servers agree again after a fault: 4 × `hold` (messaging.md).
    public var settle: Duration { hold * 4 }
}
