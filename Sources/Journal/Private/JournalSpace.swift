import Glibc

/// How much space a run's journal needs and has.
public enum JournalSpace {
    /// What one record takes on disk, rounded up from measurement (783 to 1,095 bytes).
    public static let bytesPerRecord: Int64 = 1_100
    /// What journald allocates beforehand for the file that it writes to.
    public static let preallocatedBytes: Int64 = 64 << 20
    /// The free space under which a running run must stop: journald would begin to drop records.
    public static let reserveBytes: Int64 = 64 << 20

    /// The bytes that a journal of this many records may take.
    public static func needed(expectedRecords: Int64) -> Int64 {
        expectedRecords * bytesPerRecord + preallocatedBytes
    }

    /// Checks that the journal of a run fits onto the disk of a directory.
    ///
    /// - Throws: `JournalError` where it does not fit with the reserve.
    public static func check(directory: String, expectedRecords: Int64) throws {
        precondition(expectedRecords >= 0, "records must be 0 or more, got \(expectedRecords)")
        let needed = needed(expectedRecords: expectedRecords) + reserveBytes
        let free = try freeBytes(directory)
        guard free >= needed else {
            throw JournalError(
                .space,
                what: "the journal of some \(expectedRecords) records needs "
                    + "\(mebibytes(needed)) MiB, \(directory) has \(mebibytes(free)) MiB free",
                remedy: "free space, drop older runs (ordeal clean --keep), or lower rate or time"
            )
        }
    }

    /// Whether the disk of a directory has fallen under the reserve while a run goes on.
    ///
    /// An orchestrator asks this about once a second, heals and stops where it is so.
    public static func isLow(directory: String, reserve: Int64 = reserveBytes) throws -> Bool {
        try freeBytes(directory) < reserve
    }

    /// The bytes that this process may still write to the disk of a directory.
    public static func freeBytes(_ directory: String) throws -> Int64 {
        var info = statvfs()
        guard statvfs(directory, &info) == 0 else {
            throw JournalError(
                .space,
                what: "cannot tell the free space of \(directory): \(JournalError.text(errno))",
                remedy: "check that the directory exists"
            )
        }
        let blocks = getuid() == 0 ? info.f_bfree : info.f_bavail
        return Int64(clamping: UInt64(blocks) * UInt64(info.f_frsize))
    }

    private static func mebibytes(_ bytes: Int64) -> Int64 { bytes >> 20 }
}
