import Glibc

/// The limit of open files: ours is raised as far as it goes, processes get what we were started with.
enum FileLimit {
    /// The limit that this process was started with.
    static let original: UInt64 = raise()

    private static func raise() -> UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1_024
        }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return UInt64(before)
    }
}
