import Evidence
import Glibc

/// The directory of a run's sockets, under a path short enough for socket addresses.
///
/// It is `/tmp/ordeal-` and eight digits made from the run's id and the process, mode 0700. It holds a
/// file `run` with the run's id and the pid of its orchestrator, by which a sweep knows whether it
/// is still in use. It is removed at the end of the run, by the guard if need be.
public struct RuntimeDirectory: Sendable, Hashable {
    /// Its path.
    public let path: String
    /// The run that it belongs to.
    public let run: String

    /// What every such directory's name begins with.
    package static let prefix = "ordeal-"
    /// How many digits follow.
    private static let digits = 8

    /// Whether a directory's name is one that `make` gives.
    package static func isName(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let rest = name.utf8.dropFirst(prefix.utf8.count)
        return rest.count == digits
            && rest.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// Where they are made.
    package static let parent = "/tmp"
    /// How many names are tried.
    private static let attemptsMax = 100

    /// Makes the directory of a run.
    public static func make(run: String) throws -> RuntimeDirectory {
        for attempt in 0..<attemptsMax {
            let path = "\(parent)/\(prefix)\(name(run, attempt))"
            if mkdir(path, 0o700) == 0 {
                do {
                    try Files.write("\(run)\n\(getpid())\n", to: "\(path)/run")
                } catch {
                    Files.remove(path)
                    throw error
                }
                return RuntimeDirectory(path: path, run: run)
            }
            guard errno == EEXIST else {
                throw JournalError(
                    .unavailable,
                    what: "cannot make \(path): \(JournalError.text(errno))",
                    remedy: "make \(parent) writable"
                )
            }
        }
        throw JournalError(
            .unavailable,
            what: "\(attemptsMax) directories \(parent)/\(prefix)… of runs are there already",
            remedy: "remove them with: ordeal clean"
        )
    }

    /// The path of journald's native socket, `ORDEAL_JOURNAL`.
    public var journalSocket: String { "\(path)/socket" }

    /// Removes the directory with all that is in it.
    public func remove() {
        Files.remove(path)
    }

    private static func name(_ run: String, _ attempt: Int) -> String {
        String(Digest("\(run) \(getpid()) \(attempt)".utf8).description.prefix(digits))
    }
}
