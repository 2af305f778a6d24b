import Evidence
import Journal
import Planning

/// Waits until a drain is over: nothing is outstanding, nothing moves, or the time is up.
struct DrainWait: Sendable {
    /// Why a drain ended.
    enum Reason: String, Sendable {
        /// Nothing is outstanding.
        case quiet
        /// Something is outstanding, and nothing moved for the plan's bound.
        case stalled
        /// Something still moved when the time was up.
        case cap
    }

    let plan: Plan
    let clients: [String]
    /// When the clients were told to send their last message.
    let begin: Instant

    /// Waits; returns why it ended and how many sends and deliveries were outstanding then.
    func wait(_ monitor: LiveMonitor) async throws -> (reason: Reason, outstanding: Int) {
        let clock = ContinuousClock()
        let over = clock.now + plan.drain.atMost
        var outstanding = 0
        while true {
            try await monitor.poll()
            let view = await monitor.view
            let now = MonotonicClock.now()
            if clients.allSatisfy({ view.hasSent($0, since: begin) }) {
                outstanding = await monitor.outstanding()
                if outstanding == 0 { return (.quiet, 0) }
            }
            if now - max(view.lastMovement, begin) > plan.drain.quiet {
                return (.stalled, outstanding)
            }
            guard clock.now < over else { return (.cap, outstanding) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
