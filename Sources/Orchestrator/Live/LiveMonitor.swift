import Checkers
import Evidence
import JournalReading

/// Follows a run's journal while it goes on, and lets others wait for what it shows.
actor LiveMonitor {
    /// How often the journal is looked at while somebody waits or the run goes on.
    static let interval = Duration.milliseconds(25)

    private let journal: LiveJournal
    private(set) var view = RunView()
    private var tracker: OutstandingTracker
    private var failure: (any Error)?
    private let keepsRecords: Bool
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

    /// The sends and deliveries that are outstanding by what was read so far.
    func outstanding() -> Int { tracker.outstanding().total }

    /// Reads what has come since the last look.
    ///
    /// - Throws: what the journal reader throws; the same again at each later call.
    func poll() throws {
        if let failure { throw failure }
        do {
            let new = try journal.poll()
            view.apply(new)
            if keepsRecords { kept += new }
            for record in new {
                tracker.add(record)
            }
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

    /// Waits until the view shows something, `limit` at most; returns what it showed, or nil.
    func wait<Result: Sendable>(
        within limit: Duration,
        for condition: @Sendable (RunView) -> Result?
    ) async throws -> Result? {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            try poll()
            if let result = condition(view) { return result }
            guard clock.now < end else { return nil }
            try await Task.sleep(for: Self.interval)
        }
    }
}
