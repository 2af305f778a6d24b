import CLinux
import Evidence
import Glibc
import Journal

/// What /proc says of processes: their environment, and whose children they are.
enum ProcessTable {
    /// How many bytes of an environment are looked at.
    private static let environmentBytesMax = 256 << 10

    /// How many looks in a row must find nothing.
    private static let emptyLooksNeeded = 3

    /// What the environment says of a process of a run.
    struct Membership: Sendable, Hashable {
        var pid: Int32
        var run: String
        var node: String?
        var incarnation: Int?
        /// The orchestrator that started it, as `identity` names it.
        var orchestrator: String?
    }

    /// The variable by which a process knows its orchestrator, and a sweep whether that lives.
    static let orchestratorVariable = "ORDEAL_ORCHESTRATOR"

    /// All processes of runs, by pid, but for this one; those of other users are not seen.
    static func members() -> [Membership] {
        let names = (try? Files.entries(of: "/proc")) ?? []
        let own = getpid()
        return names.compactMap { Int32($0) }.sorted().filter { $0 != own }.compactMap(membership)
    }

    /// Which run a process belongs to; nil for none, and for one that has ended.
    static func membership(_ pid: Int32) -> Membership? {
        let path = "/proc/\(pid)/environ"
        guard let bytes = try? Files.read(path, bytesMax: environmentBytesMax) else { return nil }
        var found = Membership(pid: pid, run: "")
        for entry in bytes.split(separator: 0) where entry.starts(with: "ORDEAL_".utf8) {
            let text = String(decoding: entry, as: UTF8.self)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "ORDEAL_RUN": found.run = String(parts[1])
            case "ORDEAL_NODE": found.node = String(parts[1])
            case "ORDEAL_INCARNATION": found.incarnation = Int(parts[1])
            case orchestratorVariable: found.orchestrator = String(parts[1])
            default: break
            }
        }
        return found.run.isEmpty ? nil : found
    }

    /// The pids of this process's children, also of those that came to it as orphans.
    static func children() -> [Int32] {
        let threads = (try? Files.entries(of: "/proc/self/task")) ?? []
        return threads.flatMap { thread -> [Int32] in
            let bytes = (try? Files.read("/proc/self/task/\(thread)/children")) ?? []
            return bytes.split(separator: UInt8(ascii: " ")).compactMap {
                Int32(String(decoding: $0, as: UTF8.self))
            }
        }
    }

    /// This process's parent, that one's parent and so on.
    static func ancestors() -> Set<Int32> {
        var found: Set<Int32> = []
        var pid = getppid()
        while pid > 1, found.insert(pid).inserted, let fields = status(pid), fields.count > 1 {
            pid = Int32(fields[1]) ?? 0
        }
        return found
    }

    /// A name of a living process that no later one gets: its pid and the tick of its start.
    static func identity(of pid: Int32) -> String? {
        guard let fields = status(pid), fields.count > 19, fields[0] != "Z" else { return nil }
        return "\(pid)-\(fields[19])"
    }

    /// Whether the process of such a name lives.
    static func isAlive(_ identity: String) -> Bool {
        guard let pid = identity.split(separator: "-").first.flatMap({ Int32($0) }) else {
            return false
        }
        return self.identity(of: pid) == identity
    }

    /// Whether a process is in this one's namespace of process ids: only there do the pids that it
    /// knows mean what they mean here.
    static func isInOurNamespace(_ pid: Int32) -> Bool {
        guard let ours = namespace("self") else { return true }
        return namespace(String(pid)) == ours
    }

    private static func namespace(_ process: String) -> String? {
        var space = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/\(process)/ns/pid", &space, space.count)
        guard count > 0 else { return nil }
        return String(decoding: space[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// When a process started, in seconds of the wall clock; nil where it has ended.
    static func start(of pid: Int32) -> Int64? {
        guard let fields = status(pid), fields.count > 19, fields[0] != "Z",
            let ticks = Int64(fields[19]),
            let text = try? Files.read("/proc/stat"),
            let line = String(decoding: text, as: UTF8.self).split(separator: "\n")
                .first(where: { $0.hasPrefix("btime ") }),
            let boot = Int64(line.dropFirst("btime ".count))
        else { return nil }
        return boot + ticks / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    /// The fields of /proc/PID/stat from the state on (proc(5)); the name before may hold anything.
    private static func status(_ pid: Int32) -> [Substring]? {
        guard let bytes = try? Files.read("/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    /// Kills what is left of a process group and reaps what of it is ours; returns whether it is empty.
    static func endGroup(_ group: Int32) -> Bool {
        Glibc.kill(-group, SIGKILL)
        while ordeal_reap_group(group) > 0 {}
        return Glibc.kill(-group, 0) != 0 && errno == ESRCH
    }

    /// Sends SIGKILL to what belongs to a run, again and again until nothing does or time is over.
    ///
    /// A process that was just made by one of them is seen by a later look. Those that are our
    /// children are reaped. Returns whether nothing is left.
    @discardableResult
    static func kill(within limit: Duration, _ belongs: (Membership) -> Bool) -> Bool {
        let deadline = MonotonicClock.now() + limit
        var reaping: Set<Int32> = []
        var emptyLooks = 0
        while true {
            let found = members().filter(belongs)
            for member in found {
                Glibc.kill(member.pid, SIGKILL)
                reaping.insert(member.pid)
            }
            reaping = reaping.filter { waitpid($0, nil, WNOHANG) == 0 }
            emptyLooks = found.isEmpty && reaping.isEmpty ? emptyLooks + 1 : 0
            // More than once: one that forks, or is just executed, may be missed in one look.
            if emptyLooks == emptyLooksNeeded { return true }
            if MonotonicClock.now() >= deadline { return false }
            usleep(5_000)
        }
    }
}
