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

    /// The folders above it that were made with it, the outermost first.
    private let made: [String]
    /// What `latest` led to before.
    private let latestBefore: String?

    private init(path: String, made: [String]) {
        self.path = path
        self.made = made
        let base = (path as NSString).deletingLastPathComponent
        latestBefore = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(base)/latest")
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
        let missing = missingFolders(base)
        do {
            try files.createDirectory(atPath: base, withIntermediateDirectories: true)
            for attempt in 1...100 {
                let suffix = attempt == 1 ? "" : "-\(attempt)"
                let directory = RunDirectory(
                    path: "\(base)/\(stamp(now))-\(plan)-\(seed)\(suffix)",
                    made: missing
                )
                guard mkdir(directory.path, 0o755) == 0 else {
                    guard errno == EEXIST else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
                    continue
                }
                do {
                    for folder in [directory.journal, directory.acks, directory.output] {
                        try files.createDirectory(
                            atPath: folder,
                            withIntermediateDirectories: false
                        )
                    }
                } catch {
                    directory.remove()
                    throw error
                }
                return directory
            }
            throw POSIXError(.EEXIST)
        } catch {
            missing.reversed().forEach { rmdir($0) }
            throw OperatingError(
                what:
                    "the run's folder cannot be made under \(base): \(error.localizedDescription)",
                remedy: "give a folder that you may write to with --runs, or free space on its disk"
            )
        }
    }

    /// The folders on a path that are not there, the outermost first.
    private static func missingFolders(_ path: String) -> [String] {
        var missing: [String] = []
        var place = path
        while place.count > 1, !FileManager.default.fileExists(atPath: place) {
            missing.insert(place, at: 0)
            place = (place as NSString).deletingLastPathComponent
        }
        return missing
    }

    /// Takes the folder away, and what was made for it: for a run that never began.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: latest)) == name {
            if let latestBefore {
                try? lead(latest, to: latestBefore)
            } else {
                unlink(latest)
            }
        }
        made.reversed().forEach { rmdir($0) }
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

    /// Makes `latest` beside the folder lead to it; `remove` gives it back.
    ///
    /// - Throws: `OperatingError` where something else than a link of this user's is in its place.
    func becomeLatest() throws {
        do {
            try lead(latest, to: name)
        } catch {
            throw OperatingError(
                what: "\(latest) cannot be made to lead to the new run: "
                    + error.localizedDescription,
                remedy: "take away what is there, or give another folder with --runs"
            )
        }
    }

    private var name: String { (path as NSString).lastPathComponent }
    private var latest: String { "\((path as NSString).deletingLastPathComponent)/latest" }

    /// Makes a link, in place of one that may be there.
    private func lead(_ link: String, to target: String) throws {
        let temporary = "\((path as NSString).deletingLastPathComponent)/.latest-\(getpid())"
        unlink(temporary)
        guard symlink(target, temporary) == 0, rename(temporary, link) == 0 else {
            let error = POSIXError(.init(rawValue: errno) ?? .EIO)
            unlink(temporary)
            throw error
        }
    }
}
