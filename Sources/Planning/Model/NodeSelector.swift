/// How a plan names the node that a fault is for.
public enum NodeSelector: Sendable, Hashable {
    /// By its name in the plan, for example `server.2`.
    case name(String)
    /// By its role at the moment of the fault, as the journal tells it: `role master`.
    case master
}
