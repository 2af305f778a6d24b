import Glibc
import Journal

/// Whose a short runtime directory is, and whether its orchestrator lives.
///
/// The directory's file `run` holds the run's id and the orchestrator's pid, a line each. While that
/// lives it holds a lock on the file; before it has the lock, its pid tells.
enum RuntimeClaim {
    /// How much later than the directory its orchestrator may seem to have started, in seconds: the
    /// system tells the time of its start in whole seconds.
    private static let startSlack: Int64 = 2

    /// Locks the claim of a run's directory for the life of this process; nil where there is none.
    static func take(_ directory: String) -> Descriptor? {
        let number = open("\(directory)/run", O_RDONLY | O_CLOEXEC)
        guard number >= 0, let descriptor = try? Descriptor(number, "open"),
            flock(number, LOCK_EX | LOCK_NB) == 0
        else { return nil }
        return descriptor
    }

    /// The run that a directory belongs to; nil where it says none.
    static func run(of directory: String) -> String? {
        lines(of: directory).first
    }

    /// Whether the directory's orchestrator lives.
    static func isAlive(_ directory: String) -> Bool {
        let path = "\(directory)/run"
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return isYoung(directory) }
        defer { close(number) }
        if flock(number, LOCK_SH | LOCK_NB) != 0 { return true }
        let lines = lines(of: directory)
        guard lines.count >= 2, let pid = Int32(lines[1]) else { return isYoung(directory) }
        guard let start = ProcessTable.start(of: pid), let made = modified(path) else {
            return false
        }
        // A process that started after the directory was made only has the pid by chance.
        return start <= made + startSlack
    }

    private static func lines(of directory: String) -> [String] {
        let bytes = (try? Files.read("\(directory)/run", bytesMax: 4_096)) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Whether the directory is so new that its claim may still be on its way.
    private static func isYoung(_ directory: String) -> Bool {
        guard let made = modified(directory) else { return false }
        return Int64(time(nil)) - made < 10
    }

    private static func modified(_ path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_mtim.tv_sec) : nil
    }
}
