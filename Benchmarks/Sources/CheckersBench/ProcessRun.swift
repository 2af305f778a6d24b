import Glibc

/// One run of a program, with what it took.
struct ProcessRun {
    /// From start to end, in seconds.
    let wall: Double
    /// On cores, in seconds.
    let cpu: Double
    /// The most memory of its own, in KiB, as seen every 5 ms.
    let ownKiB: Int
    /// The most of the pages of files that it had mapped, in KiB.
    let mappedKiB: Int
    /// Its exit code, or −1 where a signal ended it.
    let code: Int32
    /// What it wrote to standard error.
    let complaints: String

    /// Runs a program to its end; its output goes nowhere.
    init(_ words: [String]) throws {
        let log = "/tmp/checkers-bench-\(getpid()).log"
        defer { unlink(log) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var pid: pid_t = 0
        let begin = Self.now()
        let result = posix_spawnp(&pid, words[0], &actions, nil, pointers, environ)
        guard result == 0 else {
            throw BenchError("cannot start \(words[0]): \(String(cString: strerror(result)))")
        }
        var (own, mapped) = (0, 0)
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, WNOHANG, &usage) == 0 {
            let now = Self.memory(of: pid)
            own = max(own, now.own)
            mapped = max(mapped, now.mapped)
            usleep(5_000)
        }
        wall = Self.now() - begin
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        (ownKiB, mappedKiB) = (own, mapped)
        code = status & 0x7f == 0 ? status >> 8 & 0xff : -1
        complaints = Text.read(log)
    }

    private static func memory(of pid: pid_t) -> (own: Int, mapped: Int) {
        var result = (own: 0, mapped: 0)
        for line in Text.read("/proc/\(pid)/status").split(separator: "\n") {
            let number = line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap {
                Int($0)
            }
            if line.hasPrefix("RssAnon:") { result.own = number ?? 0 }
            if line.hasPrefix("RssFile:") { result.mapped = number ?? 0 }
        }
        return result
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
