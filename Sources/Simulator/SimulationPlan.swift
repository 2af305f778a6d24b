import Evidence
public import Messaging

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
    /// The order in which messages are delivered. The default is `fifo`.
    public var ordering = MessageOrdering.fifo
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

    /// A short run with few nodes in which a master dies and a link is cut at once: many of them in the
    /// time of one.
    public static func brief(seed: UInt64) -> SimulationPlan {
        var random = SeededGenerator(seed: seed, stream: "brief")
        var plan = SimulationPlan(seed: seed)
        plan.servers = random.within(3...5)
        plan.superPeers = 3
        plan.clients = random.within(2...3)
        plan.hold = .milliseconds(400)
        plan.workload = .milliseconds(3_500)
        plan.sendInterval = .milliseconds(150)
        plan.churnInterval = .seconds(2)
        plan.intruderInterval = .seconds(2)
        plan.delayMax = .milliseconds(Int64(random.pick([1, 5, 20]) ?? 1))
        func at(_ low: Int, _ high: Int) -> Duration {
            .milliseconds(Int64(random.within(low...high)))
        }
        plan.faults = [
            SimulatedFault(at: at(400, 900), what: .kill(.master, restartAfter: at(50, 300))),
            SimulatedFault(
                at: at(1_900, 2_300),
                what: .cut(
                    .others(of: .server(random.within(1...plan.servers))),
                    ways: random.pick([.both, .out, .in]) ?? .both,
                    how: random.chance(2, in: 3) ? .blackhole : .reset,
                    lasting: at(300, 1_000)
                )
            ),
        ]
        return plan
    }

    /// Anything that may go wrong, drawn from the seed: several kills and cuts that overlap, slow links,
    /// small and large clusters. At least one super-peer is always alive and on each side of a cut.
    public static func wild(seed: UInt64) -> SimulationPlan {
        var random = SeededGenerator(seed: seed, stream: "wild")
        var plan = SimulationPlan(seed: seed)
        plan.servers = random.within(3...7)
        plan.clients = random.within(4...12)
        plan.workload = .seconds(20)
        plan.churnInterval = .seconds(Int64(random.within(3...10)))
        plan.intruderInterval = .seconds(10)
        plan.stockClients = random.chance(1, in: 3) ? 1 : 0
        plan.delayMax = .milliseconds(Int64(random.pick([1, 5, 20, 80]) ?? 1))
        func at(_ low: Int, _ high: Int) -> Duration {
            .milliseconds(Int64(random.within(low...high)))
        }
        // Kills lie further apart than a super-peer takes to be replaced.
        var time: Duration = .zero
        for _ in 0..<random.within(1...3) {
            time += at(3_000, 6_000)
            let victim =
                random.chance(1, in: 2)
                ? SimulatedFault.Victim.master : .server(random.within(1...plan.servers))
            let pause: Duration? = random.chance(1, in: 6) ? nil : at(200, 3_000)
            plan.faults.append(SimulatedFault(at: time, what: .kill(victim, restartAfter: pause)))
        }
        // A side that was cut off must not lose its super-peers before the sides have met.
        time += .seconds(5)
        for _ in 0..<random.within(0...2) {
            let one = SimulatedFault.Victim.server(random.within(1...plan.servers))
            let ends: SimulatedFault.Ends =
                random.chance(1, in: 2)
                ? .others(of: one) : .pair(one, .server(random.within(1...plan.servers)))
            let lasting = at(300, 5_000)
            plan.faults.append(
                SimulatedFault(
                    at: time,
                    what: .cut(
                        ends,
                        ways: random.pick([.both, .out, .in]) ?? .both,
                        how: random.chance(2, in: 3) ? .blackhole : .reset,
                        lasting: lasting
                    )
                )
            )
            time += random.chance(1, in: 2) ? lasting / 2 : lasting + .seconds(6)
        }
        let killed = random.within(0...3)
        for client in random.shuffled(Array(1...plan.clients)).prefix(killed) {
            plan.faults.append(
                SimulatedFault(
                    at: at(1_000, 15_000),
                    what: .killClient(client, restartAfter: at(100, 4_000))
                )
            )
        }
        return plan
    }
}
