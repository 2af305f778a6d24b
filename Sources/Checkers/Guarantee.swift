/// The guarantees of the catalogue, by their stable codes.
///
/// Plans and reports use either the code (`D1`) or the name (`no-loss`).
public enum Guarantee: String, Sendable, CaseIterable, Hashable, Comparable {
    case noLoss = "D1"
    case noDuplication = "D2"
    case noCreation = "D3"
    case addressing = "D4"
    case noResurrection = "D5"
    case fifo = "O1"
    case causal = "O2"
    case total = "O3"
    case uniqueRegistration = "R1"
    case durableRegistration = "R2"
    case singleLogin = "L1"
    case authentication = "L2"
    case singleMaster = "S1"
    case oneSupervisor = "S2"
    case balance = "B1"
    case availability = "A1"
    case recovery = "A2"
    case processes = "P1"
    case latency = "P2"
    case evidence = "E1"
    case experiment = "E2"

    /// The stable code: `D1`.
    public var code: String { rawValue }

    /// The name: `no-loss`.
    public var name: String {
        switch self {
        case .noLoss: "no-loss"
        case .noDuplication: "no-duplication"
        case .noCreation: "no-creation"
        case .addressing: "addressing"
        case .noResurrection: "no-resurrection"
        case .fifo: "fifo"
        case .causal: "causal"
        case .total: "total"
        case .uniqueRegistration: "unique-registration"
        case .durableRegistration: "durable-registration"
        case .singleLogin: "single-login"
        case .authentication: "authentication"
        case .singleMaster: "single-master"
        case .oneSupervisor: "one-supervisor"
        case .balance: "balance"
        case .availability: "availability"
        case .recovery: "recovery"
        case .processes: "processes"
        case .latency: "latency"
        case .evidence: "evidence"
        case .experiment: "experiment"
        }
    }

    /// What it promises, in one sentence.
    public var promise: String {
        switch self {
        case .noLoss:
            "Every acknowledged message reached every user who was certainly connected when it was sent."
        case .noDuplication: "Nobody is handed the same message twice."
        case .noCreation: "Every delivered message was sent, by that user, with that body."
        case .addressing:
            "A message only reaches users who may have been connected when it was sent."
        case .noResurrection: "A send that certainly failed is never delivered."
        case .fifo:
            "Each receiver gets the messages of a stream in the order in which they were sent."
        case .causal: "Nobody gets an answer before what it answers."
        case .total: "One order of all messages fits every receiver."
        case .uniqueRegistration: "A name is registered at most once."
        case .durableRegistration: "A registration that was acknowledged is never forgotten."
        case .singleLogin: "A user is logged in at one place at a time."
        case .authentication: "Nobody gets in with a wrong secret."
        case .singleMaster: "There is one master at a time, and roles change only as they may."
        case .oneSupervisor: "A peer has one supervisor at a time."
        case .balance: "Redirects follow the stated probability, and load evens out."
        case .availability:
            "Operations succeed as often, and outages are as short, as the plan asks."
        case .recovery: "Service is back within the plan's bounds after each fault."
        case .processes: "No process ended but by a fault or as planned, and none reported a crash."
        case .latency: "Latencies are within the plan's bounds."
        case .evidence: "The records of the run are complete."
        case .experiment: "Every planned fault took effect and was healed, and that was seen."
        }
    }

    /// Whether every run is judged by it, asked or not.
    public var isAlwaysExpected: Bool {
        self == .evidence || self == .experiment || self == .processes
    }

    /// The guarantee with this code or name, in whichever case; nil where there is none.
    public init?(_ text: some StringProtocol) {
        let wanted = text.lowercased()
        guard
            let found = Self.allCases.first(where: {
                $0.name == wanted || $0.code.lowercased() == wanted
            })
        else { return nil }
        self = found
    }

    /// Orders as the catalogue does.
    public static func < (left: Self, right: Self) -> Bool {
        left.place < right.place
    }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
