import Evidence

/// One incarnation of a node as the supervisor's core sees it: what is asked and what is.
struct ManagedNode: Sendable {
    /// A number by which the shell knows who waits for an answer.
    typealias Ticket = Int

    /// Where the process is between its start and its end.
    enum Phase: Sendable, Hashable {
        /// It was started and is not ready yet; the timer is its limit.
        case starting
        /// It is ready, and nothing is asked of it.
        case running
        /// A fault's signal was sent; the timer is the limit for its end.
        case injected
        /// It was asked to stop; at the timer it is killed.
        case terminating
        /// It was killed by us; at the timer it counts as stuck.
        case killing
        /// The system holds it although it was killed.
        case stuck
        /// It ended; the rest of its group is made to end, at most until then.
        case sweeping(until: Instant)
    }

    /// The signal that a fault sent.
    struct Injection: Sendable, Hashable {
        var fault: String
        var signal: Int32
        /// Whether the process lived on past the limit.
        var isOver = false
    }

    let specification: ProcessSpecification
    let incarnation: Int
    let pid: Int32
    var phase = Phase.starting
    var isReady = false
    var isAskedToStop = false
    /// Whether we sent SIGKILL to make it stop.
    var isKilled = false
    /// Whether that was since it did not stop when it was asked to: then it did not end as planned.
    var hasOverstayed = false
    var injection: Injection?
    /// Whether it was killed since it was not ready in time.
    var isLate = false
    /// What it last said that it is doing.
    var status: String?
    /// What the exit record is to say besides.
    var reason: String?
    /// Who waits until it is ready.
    var starter: Ticket?
    /// Who waits for the end that a fault is to bring.
    var killers: [Ticket] = []
    /// Who waits until it is gone.
    var stoppers: [Ticket] = []

    /// Whether its process has not ended.
    var isAlive: Bool {
        switch phase {
        case .starting, .running, .injected, .terminating, .killing, .stuck: true
        case .sweeping: false
        }
    }

    /// Why it ended, told from what was asked of it.
    func exit(_ end: ProcessEnd, terminate: Int32, kill: Int32) -> Exit {
        var exit = Exit(
            incarnation: incarnation,
            cause: .exit,
            status: end.status,
            reason: reason
        )
        if let injection, end == .signal(injection.signal) || isEndOf(injection) {
            exit.cause = .injected
            exit.fault = injection.fault
            return exit
        }
        switch end {
        case .code(let code):
            // 128 + SIGTERM: how many runtimes exit after the signal.
            let isClean = code == 0 || code == 128 + terminate
            exit.cause = isAskedToStop && isClean ? .stopped : .exit
        case .signal(let signal):
            let isOurs = signal == terminate || (signal == kill && isKilled && !hasOverstayed)
            exit.cause = isAskedToStop && isOurs ? .stopped : .signal
        }
        return exit
    }

    private func isEndOf(_ injection: Injection) -> Bool {
        !injection.isOver && !isAskedToStop
    }
}
