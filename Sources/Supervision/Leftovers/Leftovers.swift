import Glibc
import Journal

/// What runs that were killed together with their guard left behind on this machine.
///
/// A run is over when nobody holds the lock of its short runtime directory and its orchestrator is
/// gone; what still runs with its id in the environment, and does not name an orchestrator there that
/// lives, is left over. Not looked at are processes of other users and those in another namespace of
/// process ids, whose orchestrator may live there, and directories that no run made.
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

    /// What a sweep did about it, a line for each.
    public var lines: [String] {
        processes.map { "ended process \($0.pid) (\($0.node ?? "?")) of run \($0.run)" }
            + directories.map { "removed \($0)" }
    }

    /// Looks for what is left of runs that have no orchestrator any more.
    ///
    /// - Throws: `JournalError` where the directory of runtime directories cannot be listed.
    public static func find() throws -> Leftovers {
        try find(Scope())
    }

    /// Ends and removes what is left of runs that have no orchestrator any more.
    ///
    /// - Returns: what was found before; ask `find` again for what withstood.
    /// - Throws: `JournalError` where the directory of runtime directories cannot be listed.
    public static func sweep() throws -> Leftovers {
        try sweep(Scope())
    }

    /// Where is looked, and for what.
    struct Scope {
        /// The directory of the short runtime directories.
        var parent = RuntimeDirectory.parent
        /// Which runs are looked at.
        var isMeant: (String) -> Bool = { _ in true }
        /// Whether an orchestrator lives, by its name in a process's environment.
        var isAlive: (String) -> Bool = ProcessTable.isAlive
    }

    static func find(_ scope: Scope) throws -> Leftovers {
        var found = Leftovers()
        var living: Set<String> = []
        for name in try Files.entries(of: scope.parent)
        where RuntimeDirectory.isName(name) {
            let path = "\(scope.parent)/\(name)"
            guard isOurs(path) else { continue }
            switch RuntimeClaim.read(path) {
            case .held(let run):
                if let run { living.insert(run) }
            case .abandoned(let run):
                if scope.isMeant(run ?? "") { found.directories.append(path) }
            case .foreign:
                break
            }
        }
        let ancestors = ProcessTable.ancestors()
        found.processes = ProcessTable.members()
            .filter { member in
                !living.contains(member.run) && scope.isMeant(member.run)
                    && isAbandoned(member, ancestors, scope)
            }
            .map { Process(pid: $0.pid, run: $0.run, node: $0.node) }
        return found
    }

    /// Whether a process of a run may be ended: it has no orchestrator, and we are none of its own.
    private static func isAbandoned(
        _ member: ProcessTable.Membership,
        _ ancestors: Set<Int32>,
        _ scope: Scope
    ) -> Bool {
        !(member.orchestrator.map(scope.isAlive) ?? false) && !ancestors.contains(member.pid)
            && ProcessTable.isInOurNamespace(member.pid)
    }

    static func sweep(_ scope: Scope) throws -> Leftovers {
        let found = try find(scope)
        let runs = Set(found.processes.map(\.run))
        if !runs.isEmpty {
            let ancestors = ProcessTable.ancestors()
            ProcessTable.kill(within: sweepMax) { member in
                runs.contains(member.run) && isAbandoned(member, ancestors, scope)
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
