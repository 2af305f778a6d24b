/// What records of one run must agree in; where they do not, at least one of them is wrong.
///
/// This is the one registry of such rules: docs/guarantees.md is tested against it, and each has a mutation in
/// the tests of the checkers that breaks it and nothing else.
public enum EvidenceRule: String, Sendable, CaseIterable, Hashable {
    /// A completion without its invocation.
    case completion
    /// A record in a session that its writer never opened.
    case opening
    /// A session that is opened a second time.
    case reopening
    /// A record in a session after the one of its end.
    case ending
    /// A record of another user than its session's or its operation's.
    case user
    /// An operation that is a registration and a login.
    case operation
    /// More ends than attempts, some ok and some failed.
    case outcome
    /// A time outside the life of the process.
    case life
    /// A request that was answered before it was sent, or sent before the login.
    case request
    /// A message that two nodes send.
    case sender
    /// Records of the run's own by more than one writer.
    case author
    /// A step of the run that comes again, or after a later one.
    case course
    /// A second record of what a process has only one of.
    case process
    /// Counts of records that cannot be together.
    case count
    /// A fault whose steps are not each once, in their order and where it was meant, or that is not told of.
    case fault

    /// Whether it is about what clients tell, whoever wrote it.
    public var isOfClients: Bool {
        switch self {
        case .completion, .opening, .reopening, .ending, .user, .operation, .outcome, .request,
            .sender:
            true
        case .life, .author, .course, .process, .count, .fault: false
        }
    }

    /// What must not be, for people: what a record, or two of them, say.
    public var meaning: String {
        switch self {
        case .completion: "an operation or a send ends that the same node did not ask for before"
        case .opening: "a record is in a session that its writer did not open before"
        case .reopening: "a session is opened twice"
        case .ending:
            "a client sends, is answered or is delivered something in a session after its `session-ended`"
        case .user: "a record's user is not its session's or its operation's"
        case .operation: "an operation is a registration and a login"
        case .outcome: "an attempt ends ok and failed"
        case .life: "a record's time is before its process was started, or after its exit"
        case .request:
            "an answered request was sent after its answer, or before the login of its session"
        case .sender: "two nodes send the same message"
        case .author:
            "another node than the one that began the run writes of its phases, processes or faults"
        case .course:
            "`run-started`, `drain-ended`, `barrier` or a phase comes twice, or a phase after a later one"
        case .process: "a start of a node has two records of its spawn, its exit or its closing"
        case .count:
            "there are more records, or more that the journal accepted, than their writer's closing record or the ack page counts"
        case .fault:
            "a fault is told of as two kinds, a step of it comes again, before an earlier one or where it was not meant, or a process ended by a fault that was not on it"
        }
    }
}
