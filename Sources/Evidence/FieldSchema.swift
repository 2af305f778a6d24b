/// What the registry says of one field: its type, unit and meaning.
public struct FieldSchema: Sendable {
    /// The field that it describes.
    public let field: Field
    /// What its text must look like.
    public let type: FieldType
    /// What it says.
    public let meaning: String

    /// The row of the registry for a field.
    public init(_ field: Field) {
        self.field = field
        (type, meaning) = Self.row(field)
    }

    private static func row(_ field: Field) -> (FieldType, String) {
        switch field {
        case .run: (.text, "The run's id, the same on every record of a run.")
        case .node: (.text, "The name of the node that wrote the record, as in the plan.")
        case .incarnation: (.natural, "Which start of that node: 0 for the first.")
        case .sequence:
            (
                .sequence,
                "The record's place in its incarnation: 0, 1, 2 … without gaps; a batch takes as many "
                    + "places as it has deliveries."
            )
        case .time:
            (.nanoseconds, "CLOCK_MONOTONIC, read by the writer at the event.")
        case .event: (.oneOf(EventKind.allCases.map(\.rawValue)), "The kind of event.")
        case .user: (.text, "A user's name; for an anonymous connection `anonymous`.")
        case .operation:
            (
                .text,
                "An operation's id, unique in its incarnation; the same at invoke and completion."
            )
        case .session: (.text, "A session's id, unique in the run.")
        case .stream:
            (.stream, "A stream's id: one client incarnation as one user. Holds no slash.")
        case .message: (.message, "A message: user/stream/number, the number from 1.")
        case .digest: (.digest, "The 64-bit FNV-1a digest of a message's body.")
        case .secret:
            (
                .text,
                "A fingerprint of a secret, salted with the user's name; never the secret itself."
            )
        case .server: (.text, "A server's name or address.")
        case .since: (.nanoseconds, "CLOCK_MONOTONIC when the answered request was sent.")
        case .reason: (.text, "Why, or how.")
        case .count: (.natural, "A number of things; the event says of which.")
        case .resumes:
            (.oneOf(["yes", "no"]), "Whether the client acknowledges its deliveries.")
        case .deliveries:
            (
                .deliveries,
                "Deliveries, a line each: time in nanoseconds, digest, message; at most 256."
            )
        case .role: (.oneOf(ServerRole.allCases.map(\.rawValue)), "A server's role.")
        case .epoch: (.text, "An epoch: a number, or number/master where sides go on alone.")
        case .peer: (.text, "The name of the other node.")
        case .newcomer: (.oneOf(["client", "server"]), "Who came to a server.")
        case .load: (.natural, "A server's load: its clients, or its peers.")
        case .loadMin: (.natural, "The load below which no newcomer is sent elsewhere.")
        case .loadMax: (.natural, "The load from which every newcomer is sent elsewhere.")
        case .eligible: (.natural, "How many other servers a newcomer may be sent to.")
        case .outcome:
            (.oneOf(["redirected", "stayed"]), "What was decided about a newcomer.")
        case .target: (.text, "The name of the node that the record is about.")
        case .targetIncarnation: (.natural, "Which start of that node.")
        case .pid: (.natural, "A process id.")
        case .cause: (.oneOf(ExitCause.allCases.map(\.rawValue)), "Why a process ended.")
        case .status: (.integer, "An exit code, or the number of the signal that ended it.")
        case .accepted:
            (.natural, "How many records of the incarnation the journal accepted (ack page).")
        case .fault: (.text, "A fault's id, unique in the run.")
        case .faultKind:
            (.text, "The kind of fault: kill, stop, start, restart, cut, drop, duplicate, reorder.")
        case .link: (.links, "Directed links, `a -> b`, several separated by commas.")
        case .phase: (.oneOf(RunPhase.allCases.map(\.rawValue)), "A phase of the run.")
        case .plan: (.text, "The resolved plan's text.")
        case .seed: (.seed, "The seed of the run.")
        case .version: (.text, "The version of the program.")
        case .channel: (.oneOf(["stdout", "stderr"]), "Where a process wrote a line.")
        case .line: (.text, "A line that a process wrote.")
        case .blocked: (.nanoseconds, "How long the writer waited for the journal in all.")
        }
    }
}
