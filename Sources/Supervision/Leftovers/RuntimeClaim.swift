import Glibc
import Journal

/// Whose a short runtime directory is, and whether its orchestrator lives.
///
/// The directory's file `run` holds the run's id and the orchestrator's pid, a line each. While that
/// lives it holds a lock on the file; before it has the lock, its pid tells.
enum RuntimeClaim: Equatable {
    /// The run that it names goes on, or is only about to begin.
    case held(run: String?)
    /// The run that it names is over; nil where its orchestrator ended before it could say which.
    case abandoned(run: String?)
    /// It was not made by a run: what is in it belongs to somebody else.
    case foreign

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
        owner(of: directory)?.run
    }

    /// What a directory's claim says.
    static func read(_ directory: String) -> RuntimeClaim {
        let path = "\(directory)/run"
        guard let owner = owner(of: directory) else {
            // Between the making of the directory and that of its claim there is nothing in it.
            guard isBare(directory) else { return .foreign }
            return isYoung(directory) ? .held(run: nil) : .abandoned(run: nil)
        }
        if isLocked(path) { return .held(run: owner.run) }
        guard let start = ProcessTable.start(of: owner.pid), let made = modified(path) else {
            return .abandoned(run: owner.run)
        }
        // A process that started after the directory was made only has the pid by chance.
        return start <= made + startSlack ? .held(run: owner.run) : .abandoned(run: owner.run)
    }

    /// What the file `run` says, where it is one that an orchestrator wrote: two lines, no more.
    private static func owner(of directory: String) -> (run: String, pid: Int32)? {
        let path = "\(directory)/run"
        guard Files.isRegular(path), let bytes = try? Files.read(path, bytesMax: 4_096),
            bytes.last == UInt8(ascii: "\n")
        else { return nil }
        let lines = bytes.dropLast()
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == 2, !lines[0].isEmpty, let pid = Int32(lines[1]), pid > 0 else {
            return nil
        }
        return (lines[0], pid)
    }

    /// Whether somebody holds the lock of a claim.
    private static func isLocked(_ path: String) -> Bool {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return false }
        defer { close(number) }
        return flock(number, LOCK_SH | LOCK_NB) != 0
    }

    /// Whether nothing is in the directory but an empty claim at most.
    private static func isBare(_ directory: String) -> Bool {
        guard let names = try? Files.entries(of: directory) else { return false }
        if names.isEmpty { return true }
        let path = "\(directory)/run"
        return names == ["run"] && Files.isRegular(path)
            && (try? Files.read(path, bytesMax: 1))?.isEmpty == true
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
