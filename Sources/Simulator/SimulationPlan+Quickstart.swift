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
}
