import Evidence

extension SimulationPlan {
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
                what: .kill([.master], restartAfter: .milliseconds(500))
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

    /// A short run with disks in which every server dies at once, and some before and after.
    public static func durable(seed: UInt64) -> SimulationPlan {
        var random = SeededGenerator(seed: seed, stream: "durable")
        var plan = SimulationPlan(seed: seed)
        plan.isDurable = true
        plan.servers = random.within(1...5)
        plan.superPeers = 3
        plan.clients = random.within(2...3)
        plan.hold = .milliseconds(400)
        plan.workload = .milliseconds(5_000)
        plan.sendInterval = .milliseconds(150)
        plan.churnInterval = .seconds(2)
        plan.intruderInterval = .seconds(2)
        plan.delayMax = .milliseconds(Int64(random.pick([1, 5, 20]) ?? 1))
        plan.diskDelayMax = .milliseconds(Int64(random.pick([1, 5, 50]) ?? 1))
        func at(_ low: Int, _ high: Int) -> Duration {
            .milliseconds(Int64(random.within(low...high)))
        }
        plan.faults.append(
            SimulatedFault(
                at: at(1_000, 1_600),
                what: .killAll(restartAfter: at(50, 600), gap: at(0, 300), withoutDisks: [])
            )
        )
        // One more while the others are back, or hardly so.
        if random.chance(1, in: 2) {
            plan.faults.append(
                SimulatedFault(
                    at: at(3_500, 4_500),
                    what: .kill([.master], restartAfter: at(50, 600))
                )
            )
        }
        return plan
    }
}
