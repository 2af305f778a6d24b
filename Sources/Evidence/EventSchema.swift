/// What the registry says of one kind of event: its fields and its meaning.
///
/// This is the one table from which docs/records.md, the JSON Schema and the journal message catalog
/// are made or against which they are tested.
public struct EventSchema: Sendable {
    /// The kind that it describes.
    public let kind: EventKind
    /// The event fields that every such record carries.
    public let required: [Field]
    /// The event fields that it may carry besides.
    public let optional: [Field]
    /// What happened when such a record is written, and what its fields say.
    public let meaning: String

    /// The journal's `MESSAGE_ID`: 32 hexadecimal digits made from the event's name, never changed.
    public var messageID: String {
        "\(Digest("ordeal:\(kind.rawValue)".utf8))\(Digest("\(kind.rawValue):ordeal".utf8))"
    }

    /// The row of the registry for a kind.
    public init(_ kind: EventKind) {
        self.kind = kind
        (required, optional, meaning) = Self.row(kind)
    }

    private static func row(_ kind: EventKind) -> ([Field], [Field], String) {
        switch kind {
        case .started:
            (
                [.pid], [.version],
                "The process began to write; its first record."
            )
        case .closed:
            (
                [.count], [.blocked],
                """
                The process ended as asked; its last record. Count: its records, this one \
                included. Blocked: nanoseconds that it waited for the journal.
                """
            )
        case .register:
            (
                [.operation, .user, .secret], [.server],
                "A client is about to ask for the registration of a name."
            )
        case .registerOK:
            (
                [.operation, .user], [],
                "The registration took effect."
            )
        case .registerFail:
            (
                [.operation, .user], [.reason],
                "The registration certainly had no effect."
            )
        case .registerInfo:
            (
                [.operation, .user], [.reason],
                "The registration may have taken effect: time-out, connection lost."
            )
        case .login:
            (
                [.operation, .user, .secret], [.server],
                "A client is about to ask to be logged in."
            )
        case .loginOK:
            (
                [.operation, .user, .session, .secret], [.resumes, .stream, .server],
                """
                The login took effect and opened a session. Resumes: yes where the client \
                acknowledges its deliveries.
                """
            )
        case .loginFail:
            (
                [.operation, .user], [.reason],
                """
                The login certainly had no effect (a redirected one neither). Reason: \
                unknown-user, wrong-secret, already, behind, cannot-tell, redirected, \
                refused.
                """
            )
        case .loginInfo:
            (
                [.operation, .user], [.reason],
                """
                The login may have taken effect. Reason: closed where the connection is \
                closed, which ends whatever session it opened; else that is open until the \
                client's next login.
                """
            )
        case .logout:
            (
                [.user, .session], [],
                "A client is about to ask for the end of its session."
            )
        case .sessionEnded:
            (
                [.user, .session], [.reason],
                "A session ended. Reason: logout, left, closed, silent."
            )
        case .alive:
            (
                [.user, .session, .since], [],
                "A request sent in the session at `since` (nanoseconds) was answered in it."
            )
        case .streamStarted:
            (
                [.user, .stream], [.reason],
                "The client's further sends as this user belong to a new stream."
            )
        case .send:
            (
                [.user, .message, .digest], [.session],
                "A client is about to send a message."
            )
        case .ack:
            (
                [.user, .message], [.session],
                """
                The send took effect: it was acknowledged or, for a stock client, its echo \
                arrived.
                """
            )
        case .sendFail:
            (
                [.user, .message], [.reason],
                "The send certainly had no effect."
            )
        case .sendInfo:
            (
                [.user, .message], [.reason],
                "The send may have taken effect."
            )
        case .deliver:
            (
                [.user, .session, .message, .digest], [],
                "A client hands a message to its application; written before it is acknowledged."
            )
        case .deliverBatch:
            (
                [.user, .session, .count, .deliveries], [],
                """
                Deliveries to one user in one session, as so many records of `deliver` say it, numbered \
                from this record's place on; written before any of them is acknowledged.
                """
            )
        case .confirmed:
            (
                [.user, .session, .count], [],
                """
                The system holds the acknowledgements of the first `count` deliveries of \
                the session.
                """
            )
        case .listening:
            (
                [.server], [],
                "A server accepts connections at this address."
            )
        case .roleChanged:
            (
                [.role, .epoch], [.reason],
                "A server's role is now this one."
            )
        case .epochChanged:
            (
                [.epoch, .peer], [.reason],
                "A server accepted an epoch; peer: its master."
            )
        case .peerRaised:
            (
                [.peer], [.epoch],
                "A super-peer raised one of its peers to super-peer."
            )
        case .peerAdmitted:
            (
                [.peer, .secret], [],
                "A server admitted another one, which showed this cluster secret."
            )
        case .peerRefused:
            (
                [.peer], [.secret, .reason],
                "A server refused another one."
            )
        case .peerListed:
            (
                [.peer], [.reason],
                "A super-peer lists this peer as one of its own from now on."
            )
        case .peerLost:
            (
                [.peer], [.reason],
                "A super-peer lists this peer no more: lost, raised, or gone to another one."
            )
        case .linkLost:
            (
                [.peer], [.reason],
                "A server's link to another one closed or fell silent."
            )
        case .supervisorChanged:
            (
                [.peer], [.reason],
                "A peer has this supervisor now."
            )
        case .supervisorLost:
            (
                [.peer], [.reason],
                "A peer has this supervisor no more: lost, or the peer was raised."
            )
        case .redirectDecided:
            (
                [.newcomer, .load, .loadMin, .loadMax, .eligible, .outcome],
                [.user, .peer, .server],
                """
                A server decided whether a newcomer (user: a client's; peer: a server) goes \
                elsewhere; each decision, also where chance had no part in it. Load: its own \
                before the newcomer, which the thresholds are held against. Eligible: the \
                other servers that may be sent to. Server: where the newcomer is sent.
                """
            )
        case .registered:
            (
                [.user], [],
                "A server stored a registration."
            )
        case .loginHeld:
            (
                [.user], [.server],
                "A server stored a login that took place at `server`."
            )
        case .stored:
            (
                [.message], [.count],
                "A server stored a message; count: the users for whom it is pending."
            )
        case .forwarded:
            (
                [.message, .peer], [],
                "A server passed a message on to another server."
            )
        case .acknowledged:
            (
                [.user, .message], [],
                "A server stored a user's acknowledgement of a delivery."
            )
        case .dropped:
            (
                [.message, .reason], [.user],
                "A server dropped a stored message by a bound."
            )
        case .storeFailed:
            (
                [.reason], [],
                "A server's disk takes nothing any more, and the server ends."
            )
        case .limitExceeded:
            (
                [.reason], [.user, .peer, .count],
                "A connection broke a limit and was closed; count: so many, since the last record of this."
            )
        case .runStarted:
            (
                [.plan, .seed, .version], [],
                "The run began. Plan: the resolved plan's text."
            )
        case .runCutShort:
            (
                [.reason], [],
                """
                The run could not go through all its phases: interrupted, a full disk, a node that never \
                got ready. What was planned after this did not happen.
                """
            )
        case .phase:
            (
                [.phase], [],
                "The run entered a phase: start, workload, heal, return, drain, stop."
            )
        case .spawned:
            (
                [.target, .targetIncarnation, .pid], [],
                "A process was started for this incarnation of a node."
            )
        case .ready:
            (
                [.target, .targetIncarnation], [],
                "The incarnation said that it is ready."
            )
        case .exited:
            (
                [.target, .targetIncarnation, .cause, .status, .accepted], [.fault, .reason],
                """
                The incarnation's process ended. Cause: stopped, injected, exit, signal. \
                Status: exit code, or signal number. Accepted: the records that the \
                journal accepted from it, by its ack page.
                """
            )
        case .output:
            (
                [.target, .targetIncarnation, .channel, .line], [],
                "A process wrote a line. Channel: stdout or stderr."
            )
        case .drainEnded:
            (
                [.reason], [.count],
                """
                The drain ended. Reason: quiet (nothing outstanding), stalled (nothing \
                moved), cap (still in motion). Count: what was outstanding.
                """
            )
        case .journalRestarted:
            (
                [.reason], [],
                "The private journal's daemon died and was started again on the same sockets."
            )
        case .barrier:
            (
                [], [],
                "Every record of the run was written before this one."
            )
        case .faultIntended:
            (
                [.fault, .faultKind], [.target, .link, .reason],
                "A fault is about to be applied."
            )
        case .faultApplied:
            (
                [.fault, .faultKind], [.target, .link],
                "A fault was applied."
            )
        case .faultVerified:
            (
                [.fault, .faultKind], [.target, .link, .reason],
                "A fault was seen in force. Reason: how."
            )
        case .faultHealed:
            (
                [.fault, .faultKind], [.target, .link],
                "A fault is about to be healed."
            )
        case .faultHealVerified:
            (
                [.fault, .faultKind], [.target, .link, .reason],
                "A fault was seen healed. Reason: how."
            )
        case .faultFailed:
            (
                [.fault, .faultKind, .reason], [.target, .link],
                """
                A fault was not applied, not seen in force, or not seen healed. Reason: \
                which, and why.
                """
            )
        case .faultUnexercised:
            (
                [.fault, .faultKind], [.target, .link],
                "A fault met no traffic while it was in force."
            )
        case .linkCut:
            (
                [.fault, .link], [.reason],
                "The relay stopped passing on what flows over these links."
            )
        case .linkHealed:
            (
                [.fault, .link], [.count],
                """
                The relay passes on again what flows over these links. Count: what it held \
                back or refused.
                """
            )
        case .messageDropped:
            (
                [.fault, .link], [.message],
                "The relay dropped one protocol message."
            )
        case .messageDuplicated:
            (
                [.fault, .link], [.message],
                "The relay passed on one protocol message twice."
            )
        case .messageReordered:
            (
                [.fault, .link], [.message],
                "The relay swapped a protocol message with the next one."
            )
        }
    }
}
