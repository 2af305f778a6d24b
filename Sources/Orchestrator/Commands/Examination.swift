import Foundation
import Journal

/// One thing that `ordeal doctor` looked at.
struct Examination: Sendable, Encodable {
    /// How it stands.
    enum State: String, Sendable, Encodable {
        /// It is there.
        case ok
        /// It is not there; runs work without it, with less.
        case limited
        /// It is not there and runs need it.
        case missing
    }

    var name: String
    var state: State
    var detail: String
    var remedy: String?

    /// Looks at everything; some checks start a program for a moment.
    static func all() async -> [Examination] {
        [
            programs, journald, namespaces, await journal, files, addresses, space,
        ]
    }

    private static var programs: Examination {
        do {
            return Examination(name: "programs", state: .ok, detail: try Programs.folder())
        } catch let error as OperatingError {
            return Examination(
                name: "programs",
                state: .missing,
                detail: error.what,
                remedy: error.remedy
            )
        } catch {
            return Examination(name: "programs", state: .missing, detail: "\(error)")
        }
    }

    private static var journald: Examination {
        let path = "/lib/systemd/systemd-journald"
        return FileManager.default.isExecutableFile(atPath: path)
            ? Examination(name: "journald", state: .ok, detail: path)
            : Examination(
                name: "journald",
                state: .missing,
                detail: "\(path) is not there",
                remedy: "install it: apt-get install systemd"
            )
    }

    private static var namespaces: Examination {
        let isRoot = geteuid() == 0
        let arguments = isRoot ? ["-m", "true"] : ["-U", "-r", "-m", "true"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        let works =
            (try? process.run()).map { process.waitUntilExit() } != nil
            && process.terminationStatus == 0
        let whose = isRoot ? "mount namespaces (root)" : "user and mount namespaces"
        return works
            ? Examination(name: "namespaces", state: .ok, detail: whose)
            : Examination(
                name: "namespaces",
                state: .limited,
                detail: "\(whose) are refused: the private journal runs with its default settings",
                remedy: "run as root, or allow user namespaces (sysctl user.max_user_namespaces)"
            )
    }

    /// Starts a private journal and writes one record.
    private static var journal: Examination {
        get async {
            let folder = "\(NSTemporaryDirectory())ordeal-doctor-\(getpid())"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            do {
                let runtime = try RuntimeDirectory.make(run: "doctor")
                defer { runtime.remove() }
                let journal = try PrivateJournal.start(
                    runtime: runtime,
                    directory: "\(folder)/journal"
                ) { _ in }
                try journal.stop()
                return Examination(
                    name: "private journal",
                    state: journal.limitation == nil ? .ok : .limited,
                    detail: journal.limitation ?? "started and stopped"
                )
            } catch let error as JournalError {
                return Examination(
                    name: "private journal",
                    state: .missing,
                    detail: error.what,
                    remedy: error.remedy
                )
            } catch {
                return Examination(name: "private journal", state: .missing, detail: "\(error)")
            }
        }
    }

    private static var files: Examination {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let isEnough = limit.rlim_max >= 4096
        return Examination(
            name: "open files",
            state: isEnough ? .ok : .limited,
            detail: "at most \(limit.rlim_max)",
            remedy: isEnough ? nil : "raise it for large clusters: ulimit -n 20000"
        )
    }

    private static var addresses: Examination {
        do {
            let block = try AddressBlock(startingAt: UInt64(getpid()))
            block.release()
            return Examination(
                name: "addresses",
                state: .ok,
                detail: "127.\(block.number).0.0/16 is free"
            )
        } catch {
            return Examination(
                name: "addresses",
                state: .missing,
                detail: "\(error)",
                remedy: "the loopback interface must be up and take 127.0.0.0/8"
            )
        }
    }

    private static var space: Examination {
        do {
            let free = try JournalSpace.freeBytes(".")
            let isEnough = free >= JournalSpace.needed(expectedRecords: 100_000)
            return Examination(
                name: "disk",
                state: isEnough ? .ok : .limited,
                detail: "\(free >> 20) MiB free here",
                remedy: isEnough
                    ? nil : "a run of 100,000 records needs more: give --runs another disk"
            )
        } catch {
            return Examination(name: "disk", state: .limited, detail: "\(error)")
        }
    }
}
