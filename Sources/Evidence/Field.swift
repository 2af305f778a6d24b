/// A journald field of an Ordeal record.
///
/// The raw value is the name in the journal. `FieldSchema` says type, unit and meaning; docs/records.md
/// is tested against it.
public enum Field: String, Sendable, CaseIterable, Hashable {
    // On every record.
    case run = "ORDEAL_RUN"
    case node = "ORDEAL_NODE"
    case incarnation = "ORDEAL_INCARNATION"
    case sequence = "ORDEAL_SEQ"
    case time = "ORDEAL_TIME"
    case event = "ORDEAL_EVENT"

    // Users, operations and messages.
    case user = "ORDEAL_USER"
    case operation = "ORDEAL_OPERATION"
    case session = "ORDEAL_SESSION"
    case stream = "ORDEAL_STREAM"
    case message = "ORDEAL_MESSAGE"
    case digest = "ORDEAL_DIGEST"
    case secret = "ORDEAL_SECRET"
    case server = "ORDEAL_SERVER"
    case since = "ORDEAL_SINCE"
    case reason = "ORDEAL_REASON"
    case count = "ORDEAL_COUNT"
    case resumes = "ORDEAL_RESUMES"
    case deliveries = "ORDEAL_DELIVERIES"

    // Servers.
    case role = "ORDEAL_ROLE"
    case epoch = "ORDEAL_EPOCH"
    case peer = "ORDEAL_PEER"
    case newcomer = "ORDEAL_NEWCOMER"
    case load = "ORDEAL_LOAD"
    case loadMin = "ORDEAL_LOAD_MIN"
    case loadMax = "ORDEAL_LOAD_MAX"
    case eligible = "ORDEAL_ELIGIBLE"
    case outcome = "ORDEAL_OUTCOME"

    // The orchestrator and the relay.
    case target = "ORDEAL_TARGET"
    case targetIncarnation = "ORDEAL_TARGET_INCARNATION"
    case pid = "ORDEAL_PID"
    case cause = "ORDEAL_CAUSE"
    case status = "ORDEAL_STATUS"
    case accepted = "ORDEAL_ACCEPTED"
    case fault = "ORDEAL_FAULT"
    case faultKind = "ORDEAL_FAULT_KIND"
    case link = "ORDEAL_LINK"
    case phase = "ORDEAL_PHASE"
    case plan = "ORDEAL_PLAN"
    case seed = "ORDEAL_SEED"
    case version = "ORDEAL_VERSION"
    case channel = "ORDEAL_CHANNEL"
    case line = "ORDEAL_LINE"
    case blocked = "ORDEAL_BLOCKED"
}
