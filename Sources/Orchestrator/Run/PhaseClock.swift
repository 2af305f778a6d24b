import Evidence

/// How long each phase of a run took.
struct PhaseClock: Sendable {
    /// One phase.
    struct Phase: Sendable {
        /// Its name.
        var name: String
        /// When it began, since the run's start.
        var begin: Duration
        /// How long it took so far.
        var duration: Duration
    }

    /// The phases that ended, in order.
    private(set) var phases: [Phase] = []
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var current: (name: String, begin: ContinuousClock.Instant)?

    /// Begins to count.
    init() {
        start = clock.now
    }

    /// The time since the run's start.
    var elapsed: Duration { start.duration(to: clock.now) }

    /// Ends the phase that is on, and begins another.
    mutating func enter(_ name: String) {
        end()
        current = (name, clock.now)
    }

    /// Ends the phase that is on.
    mutating func end() {
        guard let (name, begin) = current else { return }
        phases.append(
            Phase(
                name: name,
                begin: start.duration(to: begin),
                duration: begin.duration(to: clock.now)
            )
        )
        current = nil
    }
}
