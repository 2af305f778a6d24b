/// What the checkers need to know of the plan and of what the system states about itself.
public struct CheckSettings: Sendable {
    /// How long a user fallen silent still counts as connected. The default is 0.
    public var hold: Duration
    /// How soon servers agree again after a fault or the end of a session. The default is 0.
    public var settle: Duration
    /// How many super-peers there should be, the master included: 1 or more. The default is 4.
    public var superPeers: Int
    /// Whether a sender receives its own messages. The default is true.
    public var echo: Bool
    /// The names of the servers. Empty: whoever wrote that it listens or has a role.
    public var servers: Set<String>
    /// Nodes whose records decide nothing but explain (the relay).
    public var bystanders: Set<String>
    /// Users who the plan removes for good; what they miss is only counted.
    public var removedUsers: Set<String>
    /// The fingerprint of the cluster secret as `peer-admitted` carries it; nil: not judged.
    public var clusterSecret: String?
    /// The bounds of A1, A2 and P2, and what the plan asks of clients.
    public var bounds: Bounds
    /// The faults that the plan has, by id; nil: those that the records tell of.
    public var plannedFaults: [PlannedFault]?
    /// The nodes whose first start must have become ready.
    public var mustBeReady: [String]
    /// The nodes that may exit by themselves with status 0.
    public var mayExit: Set<String>
    /// Texts that no process may write on its output, besides the marks of crashes and sanitizers.
    public var forbiddenOutput: [String]
    /// What each guarantee must come out as; the ones that are always expected may be left out.
    public var expectations: [Guarantee: Expected]
    /// How many findings of each kind a judgement keeps: 1 … 100,000. The default is 200.
    public var findingsMax: Int
    /// How many elementary steps each checker may take. The default is 4 billion.
    public var stepsMax: Int

    /// The verdict that passes.
    public enum Expected: String, Sendable, Hashable, CaseIterable {
        /// The guarantee must hold.
        case holds
        /// The guarantee must be violated: a known limit, or a system broken on purpose.
        case violated
    }

    /// Makes settings; what is left out has its default.
    public init(
        hold: Duration = .zero,
        settle: Duration = .zero,
        superPeers: Int = 4,
        echo: Bool = true,
        servers: Set<String> = [],
        bystanders: Set<String> = ["relay"],
        removedUsers: Set<String> = [],
        clusterSecret: String? = nil,
        bounds: Bounds = Bounds(),
        plannedFaults: [PlannedFault]? = nil,
        mustBeReady: [String] = [],
        mayExit: Set<String> = [],
        forbiddenOutput: [String] = [],
        expectations: [Guarantee: Expected] = [:],
        findingsMax: Int = 200,
        stepsMax: Int = 4_000_000_000
    ) {
        precondition(hold >= .zero && settle >= .zero, "hold and settle must not be negative")
        precondition(superPeers >= 1, "superPeers must be 1 or more, got \(superPeers)")
        precondition((1...100_000).contains(findingsMax), "findingsMax must be 1...100000")
        self.hold = hold
        self.settle = settle
        self.superPeers = superPeers
        self.echo = echo
        self.servers = servers
        self.bystanders = bystanders
        self.removedUsers = removedUsers
        self.clusterSecret = clusterSecret
        self.bounds = bounds
        self.plannedFaults = plannedFaults
        self.mustBeReady = mustBeReady
        self.mayExit = mayExit
        self.forbiddenOutput = forbiddenOutput
        self.expectations = expectations
        self.findingsMax = findingsMax
        self.stepsMax = stepsMax
    }

    /// Expects each of these to hold.
    public static func holding(_ guarantees: some Sequence<Guarantee>) -> [Guarantee: Expected] {
        Dictionary(guarantees.map { ($0, .holds) }) { first, _ in first }
    }
}
