/// The code and the name of a guarantee, as plans and reports give them.
public struct GuaranteeName: Sendable, Hashable {
    /// The stable code, for example `D1`.
    public let code: String
    /// The name, for example `no-loss`.
    public let name: String
    /// True where this version can check it; another is an error in `expect`.
    public let isCheckable: Bool
    /// True where every run expects it, named by the plan or not.
    public let isAlwaysExpected: Bool

    private init(_ code: String, _ name: String, checkable: Bool = false, always: Bool = false) {
        self.code = code
        self.name = name
        isCheckable = checkable
        isAlwaysExpected = always
    }

    /// All guarantees, in the order of plans, tables and reports.
    public static let all: [GuaranteeName] = [
        GuaranteeName("D1", "no-loss", checkable: true),
        GuaranteeName("D2", "no-duplication", checkable: true),
        GuaranteeName("D3", "no-creation", checkable: true),
        GuaranteeName("D4", "addressing", checkable: true),
        GuaranteeName("D5", "no-resurrection"),
        GuaranteeName("O1", "fifo", checkable: true),
        GuaranteeName("O2", "causal"),
        GuaranteeName("O3", "total"),
        GuaranteeName("R1", "unique-registration", checkable: true),
        GuaranteeName("R2", "durable-registration"),
        GuaranteeName("L1", "single-login"),
        GuaranteeName("L2", "authentication", checkable: true),
        GuaranteeName("S1", "single-master"),
        GuaranteeName("S2", "one-supervisor"),
        GuaranteeName("B1", "balance"),
        GuaranteeName("A1", "availability"),
        GuaranteeName("A2", "recovery"),
        GuaranteeName("P1", "processes", checkable: true, always: true),
        GuaranteeName("P2", "latency"),
        GuaranteeName("E1", "evidence", checkable: true, always: true),
        GuaranteeName("E2", "experiment", checkable: true, always: true),
    ]

    /// The guarantees that this version can check.
    public static let checkable = all.filter(\.isCheckable)

    /// The guarantee with this code or name, or nil.
    public static func find(_ codeOrName: String) -> GuaranteeName? {
        all.first { $0.code == codeOrName || $0.name == codeOrName }
    }
}
