/// The kinds of event that a record may tell of: the registry of names.
///
/// The raw value is `ORDEAL_EVENT`. `EventSchema` says which fields each carries and what it means.
/// Operations follow the invoke / ok / fail / info convention: *ok* it happened, *fail* it certainly
/// did not, *info* it may have.
public enum EventKind: String, Sendable, CaseIterable, Hashable {
    // Any process.
    case started
    case closed

    // Client: operations and observations.
    case register
    case registerOK = "register-ok"
    case registerFail = "register-fail"
    case registerInfo = "register-info"
    case login
    case loginOK = "login-ok"
    case loginFail = "login-fail"
    case loginInfo = "login-info"
    case logout
    case sessionEnded = "session-ended"
    case alive
    case streamStarted = "stream-started"
    case send
    case ack
    case sendFail = "send-fail"
    case sendInfo = "send-info"
    case deliver
    case deliverBatch = "deliver-batch"
    case confirmed

    // Server.
    case listening
    case roleChanged = "role-changed"
    case epochChanged = "epoch-changed"
    case peerRaised = "peer-raised"
    case peerAdmitted = "peer-admitted"
    case peerRefused = "peer-refused"
    case peerListed = "peer-listed"
    case peerLost = "peer-lost"
    case linkLost = "link-lost"
    case supervisorChanged = "supervisor-changed"
    case supervisorLost = "supervisor-lost"
    case redirectDecided = "redirect-decided"
    case registered
    case loginHeld = "login-held"
    case stored
    case forwarded
    case acknowledged
    case dropped
    case storeFailed = "store-failed"
    case limitExceeded = "limit-exceeded"

    // Orchestrator.
    case runStarted = "run-started"
    case runCutShort = "run-cut-short"
    case phase
    case spawned
    case ready
    case exited
    case output
    case faultIntended = "fault-intended"
    case faultApplied = "fault-applied"
    case faultVerified = "fault-verified"
    case faultHealed = "fault-healed"
    case faultHealVerified = "fault-heal-verified"
    case faultFailed = "fault-failed"
    case faultUnexercised = "fault-unexercised"
    case drainEnded = "drain-ended"
    case journalRestarted = "journal-restarted"
    case barrier

    // Relay.
    case linkCut = "link-cut"
    case linkHealed = "link-healed"
    case messageDropped = "message-dropped"
    case messageDuplicated = "message-duplicated"
    case messageReordered = "message-reordered"
}
