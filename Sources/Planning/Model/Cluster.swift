/// How many servers and clients of the built-in system a run has, and their settings.
///
/// Servers are named `server.1` … and clients `client.1` … .
public struct Cluster: Sendable, Equatable {
    /// How many servers: 1 … 500.
    public var servers: Int
    /// How many clients: 0 … 5000.
    public var clients: Int
    /// How many of the clients speak the stock protocol only; the last ones. The default is 0.
    public var stockClients: Int
    /// How long a silent link or user still counts as connected. The default is 2 s.
    public var hold: Duration
    /// How many super-peers the master keeps, itself included: 1 … 64. The default is 4.
    public var superPeers: Int
    /// How long a process may take until it is ready. The default is 10 s.
    public var readyWithin: Duration
    /// How long a process may take to stop before it is killed. The default is 5 s.
    public var stopWithin: Duration

    /// Makes a cluster from all its parts.
    public init(
        servers: Int,
        clients: Int,
        stockClients: Int = 0,
        hold: Duration = .seconds(2),
        superPeers: Int = 4,
        readyWithin: Duration = .seconds(10),
        stopWithin: Duration = .seconds(5)
    ) {
        self.servers = servers
        self.clients = clients
        self.stockClients = stockClients
        self.hold = hold
        self.superPeers = superPeers
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
