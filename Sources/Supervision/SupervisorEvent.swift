/// What a supervisor tells those who watch it.
public enum SupervisorEvent: Sendable, Hashable {
    /// A process was started for this incarnation of a node.
    case spawned(node: String, incarnation: Int, pid: Int32)
    /// The incarnation is ready.
    case ready(node: String, incarnation: Int)
    /// The incarnation's process ended; `exit.isUnexpected` says whether nobody asked for it.
    case exited(node: String, exit: Exit)
    /// The process did not end of SIGKILL within the bound: the system holds it.
    case stuck(node: String, pid: Int32)
    /// The journal does not accept records any more; the supervisor goes on without writing.
    case evidenceLost(why: String)
}
