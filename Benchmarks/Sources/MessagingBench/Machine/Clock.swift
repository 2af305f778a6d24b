import Glibc

/// The machine's monotonic clock.
enum Clock {
    /// Nanoseconds since some point in the past.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Waits; signals do not cut it short.
    static func sleep(milliseconds: Int64) {
        let end = now() + milliseconds * 1_000_000
        while now() < end {
            usleep(useconds_t(min(20_000, max(1, (end - now()) / 1000))))
        }
    }
}
