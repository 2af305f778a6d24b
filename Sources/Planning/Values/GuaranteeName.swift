/// The code and the name of a guarantee, as plans and reports give them.
public struct GuaranteeName: Sendable, Hashable {
    /// The stable code, for example `D1`.
    public let code: String
    /// The name, for example `no-loss`.
    public let name: String
    /// True where this version can check it; another is an error in `expect`.
    public let isCheckable: Bool
    /// True where a plan without `expect` expects it: all that can be checked and meets a case in
    /// every run. What met none is unproved, and that would end such a run with exit code 2.
    public let isExpectedByDefault: Bool
    /// True where every run expects it, named by the plan or not.
    public let isAlwaysExpected: Bool

    /// How far a guarantee goes without being asked for.
    private enum Standing {
        case notYet, onRequest, byDefault, always
    }

    private init(_ code: String, _ name: String, _ standing: Standing = .notYet) {
        self.code = code
        self.name = name
        isCheckable = standing != .notYet
        isExpectedByDefault = standing == .byDefault || standing == .always
        isAlwaysExpected = standing == .always
    }

    /// All guarantees, in the order of plans, tables and reports.
    public static let all: [GuaranteeName] = [
        GuaranteeName("D1", "no-loss", .byDefault),
        GuaranteeName("D2", "no-duplication", .byDefault),
        GuaranteeName("D3", "no-creation", .byDefault),
        GuaranteeName("D4", "addressing", .byDefault),
        GuaranteeName("D5", "no-resurrection", .onRequest),
        GuaranteeName("O1", "fifo", .byDefault),
        GuaranteeName("O2", "causal"),
        GuaranteeName("O3", "total"),
        GuaranteeName("R1", "unique-registration", .byDefault),
        GuaranteeName("R2", "durable-registration", .byDefault),
        GuaranteeName("L1", "single-login", .byDefault),
        GuaranteeName("L2", "authentication", .byDefault),
        GuaranteeName("S1", "single-master"),
        GuaranteeName("S2", "one-supervisor"),
        GuaranteeName("B1", "balance"),
        GuaranteeName("A1", "availability"),
        GuaranteeName("A2", "recovery"),
        GuaranteeName("P1", "processes", .always),
        GuaranteeName("P2", "latency"),
        GuaranteeName("E1", "evidence", .always),
        GuaranteeName("E2", "experiment", .always),
    ]

    /// The guarantees that this version can check.
    public static let checkable = all.filter(\.isCheckable)

    /// The guarantee with this code or name, or nil.
    public static func find(_ codeOrName: String) -> GuaranteeName? {
        all.first { $0.code == codeOrName || $0.name == codeOrName }
    }
}
