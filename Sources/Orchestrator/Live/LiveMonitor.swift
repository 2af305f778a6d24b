import Checkers
import Evidence
import Journal
import JournalReading

/// Follows a run's journal while it goes on, and lets others wait for what it shows.
actor LiveMonitor {
    /// How often the journal is looked at while somebody waits or the run goes on.
    static let interval = Duration.milliseconds(25)

    /// How long what was recorded in time is read at most once the time of whoever waits is over.
    static let readingMax = Duration.seconds(300)

    private let journal: LiveJournal
    private(set) var view = RunView()
    /// Up to when the journal is read: what was recorded before is in the view.
    private(set) var readUpTo = Instant.zero
    private var tracker: OutstandingTracker
    private var failure: (any Error)?
    private var lastTold = Instant.zero
    private var keepsRecords: Bool
    private var kept: [Record] = []

    /// Follows the journal files in a folder.
    ///
    /// - Parameters:
    ///   - hold: how long a user fallen silent still counts as connected.
    ///   - keepsRecords: whether somebody takes the records (`takeRecords`), often enough.
    init(path: String, hold: Duration, keepsRecords: Bool = false) throws {
        self.keepsRecords = keepsRecords
        journal = try LiveJournal(path)
        tracker = OutstandingTracker(hold: hold)
    }

    /// Shows how far the journal is read, where somebody waits for that.
    func tellReading(_ now: Instant) {
        guard now - lastTold >= .milliseconds(100) else { return }
        lastTold = now
        Console.progress(
            "reading the journal: \(view.counts.text)\(view.lag(from: readUpTo, to: now))"
        )
    }

    /// The sends and deliveries that are outstanding by what was read so far.
    func outstanding() -> Int { tracker.outstanding().total }

    /// Reads what has come since the last look, or a bounded part of it: then it returns true, and there
    /// is more to be read at once.
    ///
    /// - Throws: what the journal reader throws; the same again at each later call.
    @discardableResult
    func poll() throws -> Bool {
        if let failure { throw failure }
        do {
            let begin = MonotonicClock.now()
            let new = try journal.poll()
            view.apply(new)
            if keepsRecords { kept += new }
            for record in new {
                tracker.add(record)
            }
            // A record is written soon after its time, so the last one read tells how far reading came.
            let read = journal.isBehind ? new.last?.time ?? readUpTo : begin
            readUpTo = max(readUpTo, min(read, begin))
            return journal.isBehind
        } catch {
            failure = error
            throw error
        }
    }

    /// The records that were read since the last call.
    func takeRecords() -> [Record] {
        defer { kept = [] }
        return kept
    }

    /// Nobody takes records any more.
    func stopKeeping() {
        keepsRecords = false
        kept = []
    }

    /// Waits until the view shows something; returns what it showed, or nil where all that was recorded
    /// within `limit` does not show it.
    ///
    /// Where much is unread it takes as much longer as reading that takes, `readingMax` at most.
    func wait<Result: Sendable>(
        within limit: Duration,
        for condition: @Sendable (RunView) -> Result?
    ) async throws -> Result? {
        let end = MonotonicClock.now() + limit
        while true {
            let isBehind = try poll()
            if let result = condition(view) { return result }
            let now = MonotonicClock.now()
            guard readUpTo < end, now < end + Self.readingMax else { return nil }
            guard isBehind else {
                try await Task.sleep(for: Self.interval)
                continue
            }
            tellReading(now)
            await Task.yield()
        }
    }
}
