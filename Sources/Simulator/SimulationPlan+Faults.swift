import Evidence
import Messaging

/// The faults of a swarm: which kinds there are at all, and then how many of each.
extension SimulationPlan {
    mutating func drawFaults() {
        // Users who go over from a side that is cut off for longer than 3 × hold may miss messages, or get
        // them against the order: docs/messaging.md says so. Until sides have met takes its time too.
        asideMax = hold * 2
        draw("client kills", 1, in: 3, upTo: 3) {
            .killClient($0.client(), restartAfter: $0.pause())
        }
        draw("client cuts", 1, in: 3, upTo: 3) {
            .cut(.client($0.client()), ways: $0.ways(), how: $0.how(), lasting: $0.lasting())
        }
        draw("client losses", 1, in: 3, upTo: 4) { .lose(.client($0.client())) }
        if isDurable {
            draw("deaths of everything", 1, in: 2, upTo: 2) {
                .killAll(
                    restartAfter: $0.pause(),
                    // The last one is back before those who came first serve for 3 × hold.
                    gap: $0.part(of: min($0.hold / 2, $0.hold * 2 / max(1, $0.servers - 1))),
                    withoutDisks: []
                )
            }
        }
        defer { drawLostDisks() }
        guard servers > 1 else { return }
        draw("kills", 1, in: 2, upTo: 3) {
            .kill([$0.server()], restartAfter: $0.chance.chance(1, in: 8) ? nil : $0.pause())
        }
        draw("master kills", 1, in: 2, upTo: 3) { .kill([.master], restartAfter: $0.pause()) }
        draw("kills of several", 1, in: 4, upTo: 2) { draw in
            let victims = (0..<draw.chance.within(2...3)).map { _ in draw.superPeer() }
            return .kill(victims, restartAfter: draw.pause())
        }
        draw("kills when cut off", 1, in: 3, upTo: 2) {
            .killCutOff(
                $0.superPeer(),
                ways: $0.ways(),
                after: $0.part(of: $0.hold),
                restartAfter: min($0.asideFor(), $0.hold)
            )
        }
        draw("stops", 1, in: 5, upTo: 2) { .stop($0.server(), restartAfter: $0.pause()) }
        draw("cuts of pairs", 1, in: 3, upTo: 3) {
            .cut(
                .pair($0.superPeer(), $0.superPeer()),
                ways: $0.ways(),
                how: $0.how(),
                lasting: $0.asideFor()
            )
        }
        draw("isolations", 1, in: 3, upTo: 2) {
            .cut(
                .others(of: $0.superPeer()),
                ways: $0.ways(),
                how: $0.how(),
                lasting: $0.asideFor()
            )
        }
        draw("partitions", 1, in: 3, upTo: 2) {
            .cut(.groups($0.group()), ways: $0.ways(), how: $0.how(), lasting: $0.asideFor())
        }
        draw("losses", 1, in: 3, upTo: 3) { .lose(.pair($0.superPeer(), $0.superPeer())) }
        draw("slow links", 1, in: 4, upTo: 2) {
            .slow(
                .pair($0.superPeer(), $0.superPeer()),
                ways: $0.ways(),
                by: .milliseconds(Int64($0.chance.within(10...90))),
                lasting: $0.lasting()
            )
        }
    }

    /// Where the order is causal it rests on what clients remember. One that dies remembers nothing, and may
    /// come back on another side of a cut: docs/messaging.md says so.
    mutating func spareClients() {
        let areServersCut = faults.contains { fault in
            switch fault.what {
            case .cut(.client, _, _, _): false
            case .cut, .killCutOff: true
            case .kill, .killAll, .killClient, .stop, .lose, .slow: false
            }
        }
        guard ordering == .causal, areServersCut else { return }
        faults.removeAll { if case .killClient = $0.what { true } else { false } }
    }

    /// Some of those who die lose their disks.
    private mutating func drawLostDisks() {
        var chance = SeededGenerator(seed: seed, stream: "swarm.lost disks")
        guard isDurable, chance.chance(1, in: 2) else { return }
        for index in faults.indices {
            switch faults[index].what {
            case .kill, .killAll, .killCutOff:
                faults[index].losesDisks = chance.chance(1, in: 3)
            case .killClient, .stop, .cut, .lose, .slow: break
            }
        }
    }

    private mutating func draw(
        _ kind: String,
        _ part: Int,
        in whole: Int,
        upTo most: Int,
        _ make: (inout FaultDraw) -> SimulatedFault.What
    ) {
        let chance = SeededGenerator(seed: seed, stream: "swarm.\(kind)")
        var draw = FaultDraw(chance: chance, plan: self)
        guard draw.chance.chance(part, in: whole) else { return }
        for _ in 0..<draw.chance.within(1...most) {
            let at = Duration.milliseconds(Int64(draw.chance.below(Int(workload.milliseconds))))
            faults.append(SimulatedFault(at: at, what: make(&draw)))
        }
    }
}

/// The chance decisions of one kind of fault.
struct FaultDraw {
    var chance: SeededGenerator
    let servers: Int
    let clients: Int
    let hold: Duration
    let longestAside: Duration

    init(chance: SeededGenerator, plan: SimulationPlan) {
        self.chance = chance
        servers = plan.servers
        clients = plan.clients
        hold = plan.hold
        longestAside = plan.asideMax ?? hold * 5
    }

    mutating func client() -> Int { chance.within(1...clients) }

    mutating func server() -> SimulatedFault.Victim { .server(chance.within(1...servers)) }

    /// One of those who carry the system, more often than not.
    mutating func superPeer() -> SimulatedFault.Victim {
        switch chance.below(4) {
        case 0: .master
        case 1: server()
        case _: .superPeer(chance.below(64))
        }
    }

    mutating func group() -> [Int] {
        let size = chance.within(1...max(1, servers / 2))
        return chance.shuffled(Array(1...servers)).prefix(size).sorted()
    }

    mutating func ways() -> SimulatedFault.Ways { chance.pick([.both, .both, .out, .in]) ?? .both }

    mutating func how() -> SimulatedFault.How { chance.chance(2, in: 3) ? .blackhole : .reset }

    /// A duration up to another one.
    mutating func part(of duration: Duration) -> Duration {
        .microseconds(Int64(chance.below(max(1, Int(duration.nanoseconds / 1000)))))
    }

    /// From nothing that anybody notices to long after everybody did.
    mutating func lasting() -> Duration {
        let most = chance.pick([hold / 2, hold * 2, hold * 5]) ?? hold
        return hold / 20 + part(of: most)
    }

    /// How long servers are cut off from others.
    mutating func asideFor() -> Duration {
        let most = chance.pick([hold / 2, hold * 2, longestAside]) ?? hold
        return min(hold / 20 + part(of: most), longestAside)
    }

    /// How long a process is away: sooner or later than others notice.
    mutating func pause() -> Duration {
        let most = chance.pick([hold / 2, hold * 2, hold * 5]) ?? hold
        return hold / 20 + part(of: most)
    }
}
