public import Evidence

/// Lets through only so many of a kind in a time, so that strangers cannot flood a terminal or a log.
///
/// Memory: a few words for each kind.
public struct Sparing<Kind: Hashable & Sendable>: Sendable {
    /// What becomes of one more.
    public enum Verdict: Sendable, Equatable {
        /// It passes; so many of its kind were left out since the last that passed.
        case passes(after: Int)
        /// It is left out.
        case leftOut
    }

    private struct Window {
        var since: Instant
        var passed = 0
        var leftOut = 0
    }

    private let max: Int
    private let period: Duration
    private var windows: [Kind: Window] = [:]

    /// Lets `max` of each kind through in each `period`; both above 0.
    public init(max: Int, period: Duration) {
        precondition(max > 0 && period > .zero, "nothing would ever pass")
        self.max = max
        self.period = period
    }

    /// Takes one more of a kind.
    public mutating func take(_ kind: Kind, now: Instant) -> Verdict {
        var window = windows[kind] ?? Window(since: now)
        if now - window.since >= period {
            window.since = now
            window.passed = 0
        }
        defer { windows[kind] = window }
        guard window.passed < max else {
            window.leftOut += 1
            return .leftOut
        }
        window.passed += 1
        let leftOut = window.leftOut
        window.leftOut = 0
        return .passes(after: leftOut)
    }
}
