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
        let over = MonotonicClock.now() + plan.drain.atMost
        var outstanding = 0
        while true {
            let isBehind = try await monitor.poll()
            let readUpTo = await monitor.readUpTo
            let now = MonotonicClock.now()
            let isOver = readUpTo >= over || now >= over + LiveMonitor.readingMax
            // What is not read yet may have moved.
            if isBehind, !isOver {
                await monitor.tellReading(now)
                continue
            }
            let view = await monitor.view
            if clients.allSatisfy({ view.hasSent($0, since: begin) }) {
                outstanding = await monitor.outstanding()
                if outstanding == 0 { return (.quiet, 0) }
            }
            if readUpTo - max(view.lastMovement, begin) > plan.drain.quiet {
                return (.stalled, outstanding)
            }
            guard !isOver else { return (.cap, outstanding) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
