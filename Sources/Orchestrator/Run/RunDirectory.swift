import Evidence
import Foundation
import Journal

/// The folder of one run: `runs/<time>-<plan>-<seed>/`, and the link `latest` beside it.
struct RunDirectory: Sendable {
    /// The run's id: the folder's name and six digits of its own, since two runs under different
    /// folders may have the same name.
    let id: String
    /// The folder's absolute path.
    let path: String

    /// Where the journal files are.
    var journal: String { path + "/journal" }
    /// Where the ack pages of the incarnations are.
    var acks: String { path + "/ack" }
    /// Where what the processes printed is.
    var output: String { path + "/output" }

    /// Where the journal files of what somebody names are: those of a run's folder, or the path itself.
    static func journal(at path: String) -> String {
        let inner = "\(path)/journal"
        return FileManager.default.fileExists(atPath: inner) ? inner : path
    }

    private init(path: String) {
        self.path = path
        let own = Digest("\(getpid()) \(MonotonicClock.now().nanoseconds)".utf8).description.prefix(
            6
        )
        id = "\((path as NSString).lastPathComponent)-\(own)"
    }

    /// Makes the folder of a new run under `root`; a name that is taken gets a number.
    ///
    /// - Throws: `OperatingError` where the folder cannot be made.
    static func create(root: String, plan: String, seed: UInt64, now: Date) throws -> RunDirectory {
        let base = URL(fileURLWithPath: root).standardizedFileURL.path
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: base, withIntermediateDirectories: true)
            for attempt in 1...100 {
                let suffix = attempt == 1 ? "" : "-\(attempt)"
                let directory = RunDirectory(
                    path: "\(base)/\(stamp(now))-\(plan)-\(seed)\(suffix)"
                )
                guard mkdir(directory.path, 0o755) == 0 else {
                    guard errno == EEXIST else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
                    continue
                }
                for folder in [directory.journal, directory.acks, directory.output] {
                    try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
                }
                return directory
            }
            throw POSIXError(.EEXIST)
        } catch {
            throw OperatingError(
                what:
                    "the run's folder cannot be made under \(base): \(error.localizedDescription)",
                remedy: "give a folder that you may write to with --runs, or free space on its disk"
            )
        }
    }

    /// Takes the folder away: for a run that never began.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Puts space by, so that a run whose disk fills up can still write its reports.
    func putSpaceBy() throws {
        try Data(repeating: 0x20, count: Self.reserveBytes)
            .write(to: URL(fileURLWithPath: "\(path)/\(Self.reserve)"))
    }

    /// Frees the space that was put by; a second call does nothing.
    func freeSpace() {
        unlink("\(path)/\(Self.reserve)")
    }

    private static let reserve = ".reserve"
    private static let reserveBytes = 8 << 20

    /// Writes a file of the run, whole or not at all.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
    }

    /// Adds a line to a file of the run.
    func append(_ line: String, to name: String) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }

    /// `2026-01-31T12.30.45`, in UTC: sorts by time and needs no quoting.
    private static func stamp(_ date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return String(
            format: "%04d-%02d-%02dT%02d.%02d.%02d",
            parts.tm_year + 1900,
            parts.tm_mon + 1,
            parts.tm_mday,
            parts.tm_hour,
            parts.tm_min,
            parts.tm_sec
        )
    }

    /// Makes `latest` beside the folder lead to it.
    func becomeLatest() throws {
        let base = (path as NSString).deletingLastPathComponent
        let temporary = "\(base)/.latest-\(getpid())"
        unlink(temporary)
        guard symlink((path as NSString).lastPathComponent, temporary) == 0,
            rename(temporary, "\(base)/latest") == 0
        else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }
}
