import Evidence

/// What a simulated run is made of: nodes, workload, links and faults.
public struct SimulationPlan: Sendable, Hashable {
    /// The seed of everything that is left to chance.
    public var seed: UInt64
    /// How many servers: 1 … 12. The default is 6.
    public var servers = 6
    /// How many clients: 1 or more. The default is 20.
    public var clients = 20
    /// The time from one send of a client to the next; nil: only the last messages. The default is
    /// 200 ms.
    public var sendInterval: Duration? = .milliseconds(200)
    /// The mean time from one leaving of a client to the next; nil: never. The default is nil.
    public var churnInterval: Duration?
    /// The mean time from one operation of a client that must fail to the next; nil: none. The default
    /// is nil.
    public var intruderInterval: Duration?
    /// How many of the clients speak the stock protocol. The default is 0.
    public var stockClients = 0
    /// How long the workload lasts. The default is 15 s.
    public var workload: Duration = .seconds(15)
    /// How long a silent link or user still counts. The default is 2 s.
    public var hold: Duration = .seconds(2)
    /// How many super-peers there should be. The default is 4.
    public var superPeers = 4
    /// The least time that a line takes from one node to another. The default is 100 µs.
    public var delayMin: Duration = .microseconds(100)
    /// The most that it takes. The default is 2 ms.
    public var delayMax: Duration = .milliseconds(2)
    /// What goes wrong.
    public var faults: [SimulatedFault] = []

    /// Makes a plan without faults.
    public init(seed: UInt64) {
        self.seed = seed
    }

    /// How soon servers agree again.
    public var settle: Duration { hold * 4 }

    /// The quickstart, with chances of its own for each seed: the master is killed and restarted, links
    /// are cut, clients come and go.
    public static func quickstart(seed: UInt64) -> SimulationPlan {
        var random = SeededGenerator(seed: seed, stream: "plan")
        var plan = SimulationPlan(seed: seed)
        plan.churnInterval = .seconds(10)
        plan.intruderInterval = .seconds(20)
        plan.delayMax = .milliseconds(Int64(random.pick([1, 2, 5, 20]) ?? 1))
        func at(_ low: Int, _ high: Int) -> Duration {
            .milliseconds(Int64(random.within(low...high)))
        }
        plan.faults.append(
            SimulatedFault(
                at: at(3_000, 5_000),
                what: .kill(.master, restartAfter: .milliseconds(500))
            )
        )
        let one = SimulatedFault.Victim.server(random.within(1...plan.servers))
        let ends: SimulatedFault.Ends =
            random.chance(1, in: 2)
            ? .others(of: one) : .pair(one, .server(random.within(1...plan.servers)))
        plan.faults.append(
            SimulatedFault(
                at: at(7_000, 10_000),
                what: .cut(
                    ends,
                    ways: random.pick([.both, .out, .in]) ?? .both,
                    how: random.chance(2, in: 3) ? .blackhole : .reset,
                    lasting: at(2_500, 3_500)
                )
            )
        )
        return plan
    }
}
