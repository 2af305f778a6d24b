/// A point in time of one machine: CLOCK_MONOTONIC in nanoseconds.
///
/// It is what `ORDEAL_TIME` carries. Pure cores get it as an argument and never read a clock; the
/// simulator counts it from 0. Range: 0 … 2⁶³−1 ns (292 years).
public struct Instant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's start.
    public var nanoseconds: Int64

    /// The clock's start.
    public static let zero = Instant(nanoseconds: 0)

    /// Makes an instant from nanoseconds since the clock's start.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Orders two instants of the same clock.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant `right` after `left`.
    public static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }

    /// The instant `right` before `left`.
    public static func - (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds - right.nanoseconds)
    }

    /// The time from `right` to `left`.
    public static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// The whole nanoseconds of this duration; what is finer is cut off.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The duration in seconds, for output only.
    public var seconds: Double {
        Double(nanoseconds) / 1e9
    }
}
