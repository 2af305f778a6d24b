/// What a report says of a run besides its verdicts: names, numbers and how to repeat it.
public struct RunFacts: Sendable {
    /// The run's id.
    public var run: String
    /// The plan's name.
    public var plan: String
    /// What the plan proves; empty where it does not say.
    public var description: String
    /// The seed of the run.
    public var seed: UInt64
    /// The command that repeats the run; empty where there is no plan to repeat.
    public var command: String
    /// The resolved plan as YAML.
    public var planText: String
    /// When the run began, for people, for example `2026-11-22 12:18:04 UTC`; empty where unknown.
    public var started: String
    /// What took part, in order: program or system, and its version.
    public var versions: [Version]
    /// The phases of the run in order, with the time that each took.
    public var phases: [Phase]
    /// The exit code of the command, where the outcome does not decide it alone; else nil.
    public var exitCode: Int32?
    /// What else is to be said of how the run was checked, a sentence each, without a full stop.
    public var notices: [String]

    /// Something with a version.
    public struct Version: Sendable, Hashable {
        /// What: `ordeal`, `systemd-journald`, `kernel`.
        public var name: String
        /// Its version.
        public var version: String

        /// Makes a version.
        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// A phase of the run with the time that it took.
    public struct Phase: Sendable, Hashable {
        /// Its name: start, workload, heal, return, drain, stop, and what the tool did after.
        public var name: String
        /// How long it took.
        public var duration: Duration

        /// Makes a phase.
        public init(name: String, duration: Duration) {
            self.name = name
            self.duration = duration
        }
    }

    /// Makes facts; what is left out is not shown.
    public init(
        run: String,
        plan: String,
        description: String = "",
        seed: UInt64,
        command: String,
        planText: String,
        started: String = "",
        versions: [Version] = [],
        phases: [Phase] = [],
        exitCode: Int32? = nil,
        notices: [String] = []
    ) {
        self.run = run
        self.plan = plan
        self.description = description
        self.seed = seed
        self.command = command
        self.planText = planText
        self.started = started
        self.versions = versions
        self.phases = phases
        self.exitCode = exitCode
        self.notices = notices
    }
}
