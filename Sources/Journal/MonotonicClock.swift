public import Evidence
import Glibc

/// The clock of `ORDEAL_TIME`: CLOCK_MONOTONIC.
public enum MonotonicClock {
    /// The time now, in nanoseconds since the clock's start.
    public static func now() -> Instant {
        var time = timespec()
        let result = clock_gettime(CLOCK_MONOTONIC, &time)
        precondition(result == 0, "CLOCK_MONOTONIC must be readable, errno \(errno)")
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
