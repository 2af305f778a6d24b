/// Whose records a conclusion rests on.
enum EvidenceSource: Hashable {
    /// What clients saw.
    case clients
    /// What servers say of themselves.
    case servers
    /// What the orchestrator did and saw.
    case orchestrator
    /// Nodes whose records only explain.
    case bystanders
}
