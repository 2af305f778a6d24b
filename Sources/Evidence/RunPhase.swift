/// The fixed phases of a run, as `ORDEAL_PHASE` carries them; in the order in which a run enters them.
public enum RunPhase: String, Sendable, CaseIterable, Hashable, Comparable {
    /// Processes are started.
    case start
    /// Clients make traffic and faults happen.
    case workload
    /// Everything is healed, and that is verified.
    case heal
    /// Every client that should be there is logged in again.
    case `return`
    /// Each client sends a last message; the run waits until nothing is outstanding.
    case drain
    /// Processes are stopped.
    case stop

    /// Orders phases as a run enters them.
    public static func < (left: RunPhase, right: RunPhase) -> Bool {
        left.place < right.place
    }

    private var place: Int {
        switch self {
        case .start: 0
        case .workload: 1
        case .heal: 2
        case .return: 3
        case .drain: 4
        case .stop: 5
        }
    }
}
