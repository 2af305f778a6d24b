import Glibc

/// A server that is measured: a process of ours on the servers' core.
final class ServerProcess {
    let pid: pid_t
    private var hasEnded = false

    /// Starts a program; its output goes to a file. It ends with this process, whatever that dies of.
    init(_ arguments: [String], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ["setpriv", "--pdeathsig", "KILL"] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var pid: pid_t = 0
        Machine.pin(to: Machine.serverCore)
        let result = posix_spawnp(&pid, "setpriv", &actions, nil, pointers, environ)
        Machine.pin(to: Machine.loadCore)
        guard result == 0 else {
            throw BenchError("cannot start \(arguments[0]): \(String(cString: strerror(result)))")
        }
        self.pid = pid
    }

    /// The time that its threads have spent on a core, in nanoseconds.
    var cpu: Int64 {
        let folder = "/proc/\(pid)/task"
        guard let tasks = opendir(folder) else { return 0 }
        defer { closedir(tasks) }
        var sum: Int64 = 0
        while let entry = readdir(tasks) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.first?.isNumber ?? false else { continue }
            let line = Machine.text(of: "\(folder)/\(name)/schedstat")
            sum += line.split(separator: " ").first.flatMap { Int64($0) } ?? 0
        }
        return sum
    }

    /// The memory that it costs, in KiB: pages that it shares with others count in part.
    var proportionalKiB: Int64 {
        let line = Machine.text(of: "/proc/\(pid)/smaps_rollup").split(separator: "\n")
            .first { $0.hasPrefix("Pss:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
    }

    /// Ends it by its id and waits until it is no more.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }

    /// Whether it still runs.
    var isRunning: Bool {
        guard !hasEnded else { return false }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return true }
        hasEnded = true
        return false
    }
}
