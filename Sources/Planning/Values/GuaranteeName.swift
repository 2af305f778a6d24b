/// The code and the name of a guarantee, as plans and reports give them.
public struct GuaranteeName: Sendable, Hashable {
    /// The stable code, for example `D1`.
    public let code: String
    /// The name, for example `no-loss`.
    public let name: String
    /// How far the guarantee goes without being asked for.
    public let standing: Standing

    /// How far a guarantee goes without being asked for.
    public enum Standing: Sendable, Hashable {
        /// It needs a bound of the plan, or cases that few runs have.
        case onRequest
        /// A plan without `expect` expects it: it meets a case in every run. What met none is unproved,
        /// and that would end such a run with exit code 2.
        case byDefault
        /// A plan without `expect` expects it where there are two servers or more.
        case amongServers
        /// The same where the cluster promises this order.
        case inOrder(Cluster.Ordering)
        /// The same where no side of a partition registers by itself.
        case withQuorum
        /// Every run expects it, named by the plan or not.
        case always
    }

    private init(_ code: String, _ name: String, _ standing: Standing) {
        self.code = code
        self.name = name
        self.standing = standing
    }

    /// True where every run expects it, named by the plan or not.
    public var isAlwaysExpected: Bool { standing == .always }

    /// Whether a plan without `expect` expects it in this cluster.
    public func isExpectedByDefault(in cluster: Cluster?) -> Bool {
        switch standing {
        case .onRequest: false
        case .byDefault, .always: true
        case .amongServers: (cluster?.servers ?? 0) > 1
        case .inOrder(let ordering): cluster?.ordering == ordering
        case .withQuorum: cluster?.registration != .available
        }
    }

    /// All guarantees, in the order of plans, tables and reports.
    public static let all: [GuaranteeName] = [
        GuaranteeName("D1", "no-loss", .byDefault),
        GuaranteeName("D2", "no-duplication", .byDefault),
        GuaranteeName("D3", "no-creation", .byDefault),
        GuaranteeName("D4", "addressing", .byDefault),
        GuaranteeName("D5", "no-resurrection", .onRequest),
        GuaranteeName("O1", "fifo", .byDefault),
        GuaranteeName("O2", "causal", .inOrder(.causal)),
        GuaranteeName("O3", "total", .inOrder(.total)),
        GuaranteeName("R1", "unique-registration", .withQuorum),
        GuaranteeName("R2", "durable-registration", .withQuorum),
        GuaranteeName("L1", "single-login", .byDefault),
        GuaranteeName("L2", "authentication", .byDefault),
        GuaranteeName("S1", "single-master", .byDefault),
        GuaranteeName("S2", "one-supervisor", .amongServers),
        GuaranteeName("B1", "balance", .onRequest),
        GuaranteeName("A1", "availability", .onRequest),
        GuaranteeName("A2", "recovery", .onRequest),
        GuaranteeName("P1", "processes", .always),
        GuaranteeName("P2", "latency", .onRequest),
        GuaranteeName("E1", "evidence", .always),
        GuaranteeName("E2", "experiment", .always),
    ]

    /// The guarantee with this code or name, or nil.
    public static func find(_ codeOrName: String) -> GuaranteeName? {
        all.first { $0.code == codeOrName || $0.name == codeOrName }
    }
}
