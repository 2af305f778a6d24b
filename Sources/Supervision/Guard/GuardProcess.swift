import Evidence
import Glibc
import Journal

/// The guard's own process: waits for the orchestrator's end, and ends what is left of its run.
struct GuardProcess {
    /// The words of the orchestrator's orders, one order a line.
    enum Order {
        /// `group N`: this process group belongs to the run.
        static let group = "group"
        /// `gone N`: it does not any more.
        static let gone = "gone"
        /// `release`: the run ended well.
        static let release = "release"
    }

    /// How long processes that do not end are tried to be killed.
    static let sweepMax: Duration = .seconds(10)
    /// The longest order, in bytes; the rest of a longer one is passed over.
    private static let orderBytesMax = 256
    /// How many groups are kept.
    private static let groupsMax = 65_536

    /// The run's id.
    let run: String
    /// The run's short directory, removed with the rest.
    let runtimePath: String
    /// Where orders come from.
    let input: Int32

    /// Makes this process one that outlives its orchestrator.
    static func prepare() {
        setsid()
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2] {
            Glibc.signal(signal, SIG_IGN)
        }
        _ = chdir("/")
    }

    /// Tells the orchestrator that nothing can end the guard unseen any more.
    func sayReady() {
        var byte = UInt8(ascii: "\n")
        write(input, &byte, 1)
    }

    /// Waits for the end of orders; sweeps if it came without a release.
    ///
    /// Returns whether it swept.
    @discardableResult
    func serve() -> Bool {
        var groups: Set<Int32> = []
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(input, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in chunk[..<count] {
                guard byte == UInt8(ascii: "\n") else {
                    if pending.count < Self.orderBytesMax { pending.append(byte) }
                    continue
                }
                let words = String(decoding: pending, as: UTF8.self).split(separator: " ")
                pending = []
                if words.first.map(String.init) == Order.release { return false }
                obey(words, &groups)
            }
        }
        sweep(groups)
        return true
    }

    private func obey(_ words: [Substring], _ groups: inout Set<Int32>) {
        guard words.count == 2, let group = Int32(words[1]), group > 1 else { return }
        switch String(words[0]) {
        case Order.group where groups.count < Self.groupsMax: groups.insert(group)
        case Order.gone: groups.remove(group)
        default: break
        }
    }

    private func sweep(_ groups: Set<Int32>) {
        for group in groups.sorted() {
            kill(-group, SIGKILL)
        }
        ProcessTable.kill(within: Self.sweepMax) { $0.run == run }
        if RuntimeClaim.run(of: runtimePath) == run {
            Files.remove(runtimePath)
        }
    }
}
