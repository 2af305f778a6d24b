/// Why an incarnation's process ended, as `ORDEAL_CAUSE` carries it.
public enum ExitCause: String, Sendable, CaseIterable, Hashable {
    /// It was asked to stop by the run's own flow, and did.
    case stopped
    /// A fault killed it; the record names the fault.
    case injected
    /// It exited by itself; the status is its exit code.
    case exit
    /// A signal that no fault sent ended it, also SIGKILL for one that did not stop in time; the status
    /// is the signal's number.
    case signal
}
