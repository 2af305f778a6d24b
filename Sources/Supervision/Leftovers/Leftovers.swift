import Glibc
import Journal

/// What runs that were killed together with their guard left behind on this machine.
///
/// A run is over when nobody holds the lock of its short runtime directory and its orchestrator is
/// gone; what still runs with its id in the environment is left over. Processes of other users are
/// not seen.
public struct Leftovers: Sendable, Hashable {
    /// A process of a run whose orchestrator is gone.
    public struct Process: Sendable, Hashable {
        /// Its process id.
        public var pid: Int32
        /// The run that it belongs to.
        public var run: String
        /// The node in whose environment it runs.
        public var node: String?
    }

    /// How long it is tried to kill what is left.
    private static let sweepMax: Duration = .seconds(5)

    /// The processes, by pid.
    public var processes: [Process] = []
    /// The short runtime directories, by path.
    public var directories: [String] = []

    /// Whether nothing is left.
    public var isEmpty: Bool { processes.isEmpty && directories.isEmpty }

    /// Looks for what is left of runs that have no orchestrator any more.
    ///
    /// - Throws: `JournalError` where the directory of runtime directories cannot be listed.
    public static func find() throws -> Leftovers {
        try find(parent: RuntimeDirectory.parent) { _ in true }
    }

    /// Ends and removes what is left of runs that have no orchestrator any more.
    ///
    /// - Returns: what was found before; ask `find` again for what withstood.
    /// - Throws: `JournalError` where the directory of runtime directories cannot be listed.
    public static func sweep() throws -> Leftovers {
        try sweep(parent: RuntimeDirectory.parent) { _ in true }
    }

    /// Looks at the directories in `parent`, and at runs for which `isMeant` says yes.
    static func find(parent: String, _ isMeant: (String) -> Bool) throws -> Leftovers {
        var found = Leftovers()
        var living: Set<String> = []
        for name in try Files.entries(of: parent) where name.hasPrefix(RuntimeDirectory.prefix) {
            let path = "\(parent)/\(name)"
            guard isOurs(path) else { continue }
            let run = RuntimeClaim.run(of: path)
            if RuntimeClaim.isAlive(path) {
                if let run { living.insert(run) }
            } else if isMeant(run ?? "") {
                found.directories.append(path)
            }
        }
        let ancestors = ProcessTable.ancestors()
        found.processes = ProcessTable.members()
            .filter { !living.contains($0.run) && isMeant($0.run) && !ancestors.contains($0.pid) }
            .map { Process(pid: $0.pid, run: $0.run, node: $0.node) }
        return found
    }

    /// Sweeps what `find` with the same arguments finds.
    static func sweep(parent: String, _ isMeant: (String) -> Bool) throws -> Leftovers {
        let found = try find(parent: parent, isMeant)
        let runs = Set(found.processes.map(\.run))
        let ancestors = ProcessTable.ancestors()
        if !runs.isEmpty {
            ProcessTable.kill(within: sweepMax) { member in
                runs.contains(member.run) && !ancestors.contains(member.pid)
            }
        }
        found.directories.forEach { Files.remove($0) }
        return found
    }

    /// Whether it is a directory (and no link) that belongs to this user.
    private static func isOurs(_ path: String) -> Bool {
        var info = stat()
        guard lstat(path, &info) == 0 else { return false }
        return info.st_mode & S_IFMT == S_IFDIR && (info.st_uid == getuid() || getuid() == 0)
    }
}
