/// A plan with every default filled in: what a run executes and what its first record carries.
///
/// Written as YAML and read again it is the same plan. Units are part of the types: durations are
/// `Duration`, sizes are bytes.
public struct Plan: Sendable, Equatable {
    /// The plan's name: letters, digits and `-`; part of the run's name.
    public var name: String
    /// What the plan proves, for people. The default is empty.
    public var description: String
    /// The seed of every choice in the run. The default is 1.
    public var seed: UInt64
    /// What is tested. The default is the built-in system.
    public var system: SystemUnderTest
    /// How many servers and clients there are, and their settings.
    public var cluster: Cluster
    /// The traffic that the clients make.
    public var workload: Workload
    /// The faults, in the order of the plan.
    public var story: [Step]
    /// What each guarantee must come out as. Always holds evidence, experiment and processes.
    public var expect: [Expectation]
    /// The guarantees of the plan's own, in its order: at most 16. The default is none.
    public var own: [OwnExpectation]
    /// How long the run waits for what is outstanding once faults and workload are over.
    public var drain: Drain

    /// Makes a plan from all its parts.
    public init(
        name: String,
        description: String,
        seed: UInt64,
        system: SystemUnderTest = .superPeer,
        cluster: Cluster,
        workload: Workload,
        story: [Step],
        expect: [Expectation],
        own: [OwnExpectation] = [],
        drain: Drain
    ) {
        self.name = name
        self.description = description
        self.seed = seed
        self.system = system
        self.cluster = cluster
        self.workload = workload
        self.story = story
        self.expect = expect
        self.own = own
        self.drain = drain
    }
}

extension Plan {
    /// The plan with the programs that it names by `./` or `../` led from a folder.
    public func located(in folder: String) -> Plan {
        var plan = self
        plan.system = system.located(in: folder)
        for index in plan.own.indices {
            plan.own[index].run = SystemUnderTest.located(plan.own[index].run, in: folder)
        }
        return plan
    }
}
