import Evidence
import Messaging

/// Plans drawn from a seed: which kinds of things exist at all, and then how many of each.
///
/// Each concern has a generator of its own, seeded by its name, so that a new kind of thing does not draw
/// the others anew.
extension SimulationPlan {
    /// How large the runs of a swarm are.
    public enum Size: String, Sendable, CaseIterable {
        /// A few nodes for a few seconds.
        case brief
        /// Mostly that; now and then up to 12 servers and 100 clients.
        case full
    }

    /// Anything that may go wrong, drawn from the seed.
    public static func swarm(seed: UInt64, size: Size = .full) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed)
        plan.drawSize(size)
        plan.drawTiming()
        plan.drawClients()
        plan.drawSettings()
        plan.drawServers()
        plan.drawDisks()
        plan.drawFaults()
        plan.spareClients()
        plan.faults.sort { $0.at < $1.at }
        return plan
    }

    private func chance(_ concern: String) -> SeededGenerator {
        SeededGenerator(seed: seed, stream: "swarm.\(concern)")
    }

    private mutating func drawSize(_ size: Size) {
        var chance = chance("size")
        let draw = chance.below(100)
        switch size {
        case .full where draw >= 99:
            servers = chance.within(8...12)
            clients = chance.within(40...100)
        case .full where draw >= 90:
            servers = chance.within(5...12)
            clients = chance.within(8...20)
        case .full where draw >= 60:
            servers = chance.within(4...8)
            clients = chance.within(3...8)
        case .full, .brief:
            servers = draw < 3 ? chance.within(1...2) : chance.within(3...5)
            clients = chance.within(2...4)
        }
        superPeers = min(servers, chance.pick([2, 3, 3, 4, 4, 4]) ?? 4)
        hold = .milliseconds(400)
        workload = .milliseconds(Int64(chance.within(2_500...4_000)))
    }

    private mutating func drawDisks() {
        var disks = chance("disks")
        isDurable = disks.chance(1, in: 4)
        diskDelayMax = .milliseconds(Int64(disks.pick([1, 5, 30]) ?? 1))
    }

    /// Delays, and how much is sent: as much as can be afforded.
    private mutating func drawTiming() {
        var delay = chance("delay")
        delayMax = .milliseconds(Int64(delay.pick([1, 2, 5, 10, 20]) ?? 1))
        var slow = chance("slow links")
        if servers > 1, slow.chance(1, in: 4) {
            for _ in 0..<slow.within(1...3) {
                let ends = slow.shuffled(Array(1...servers)).prefix(2).map { "server.\($0)" }
                slowLinks[Link(from: ends[0], to: ends[1])] = .milliseconds(
                    Int64(slow.within(10...70))
                )
            }
        }
        var bursts = chance("bursts")
        if bursts.chance(1, in: 4) { readAfter = .milliseconds(Int64(bursts.within(1...20))) }
        var rate = chance("rate")
        let least = max(40, clients * clients / 4)
        sendInterval = .milliseconds(Int64(least + rate.below(2 * least)))
    }

    private mutating func drawClients() {
        var churn = chance("churn")
        if churn.chance(2, in: 3) {
            churnInterval = .milliseconds(Int64(churn.within(800...3_000)))
        }
        var intruders = chance("intruders")
        if intruders.chance(2, in: 3) {
            intruderInterval = .milliseconds(Int64(intruders.within(300...2_000) * clients))
        }
        var rivals = chance("rivals")
        if rivals.chance(1, in: 2) {
            rivalInterval = .milliseconds(Int64(rivals.within(200...1_000)))
        }
        var stock = chance("stock")
        if stock.chance(1, in: 3) { stockClients = stock.within(1...max(1, clients / 3)) }
        var anonymous = chance("anonymous")
        if anonymous.chance(1, in: 5), clients > stockClients + 1 { anonymousClients = 1 }
        var twin = chance("twins")
        if twin.chance(1, in: 4) { twins = twin.within(1...max(1, clients / 4)) }
    }

    private mutating func drawSettings() {
        var registration = chance("registration")
        if registration.chance(1, in: 5) { self.registration = .available }
        var order = chance("ordering")
        ordering = order.pick([.fifo, .causal, .total]) ?? .fifo
        if ordering == .total {
            self.registration = .quorum
            // With fewer there is no back-up, and nothing is sent any more once the master is lost.
            superPeers = max(superPeers, min(servers, 3))
        }
        var redirect = chance("redirect")
        if redirect.chance(1, in: 3) {
            let low = redirect.within(0...max(1, clients / servers))
            clientRedirect = RedirectThresholds(min: low, max: low + redirect.within(0...3))
        }
        var sent = chance("server redirect")
        if sent.chance(1, in: 3) {
            let low = sent.within(0...1)
            serverRedirect = RedirectThresholds(min: low, max: low + sent.within(0...2))
        }
        var tiny = chance("limits")
        if tiny.chance(1, in: 6) { limits.linesPerSecondMax = tiny.within(60...120) }
        if tiny.chance(1, in: 6) { limits.unacknowledgedSendsMax = tiny.within(3...10) }
        var pending = chance("pending bytes")
        // Who is closed and comes back says again all that is open; the simulated network reads on where a real
        // server would not, so not with few open sends.
        let hasRoom = limits.unacknowledgedSendsMax == ServerLimits().unacknowledgedSendsMax
        if stockClients > 0, hasRoom, pending.chance(1, in: 2) {
            limits.clientPendingBytesMax = pending.within(1_000...5_000)
        }
        var retention = chance("retention")
        // Longer than any side is away from the others.
        if retention.chance(1, in: 4) { limits.settledRetention = hold * 12 }
        var clock = chance("clocks")
        if clock.chance(1, in: 3) {
            for server in 1...servers where clock.chance(1, in: 2) {
                clockOffsets[server] = .milliseconds(Int64(clock.within(-20_000...20_000)))
            }
        }
    }

    private mutating func drawServers() {
        var late = chance("joins")
        guard servers > 2, late.chance(1, in: 4) else { return }
        for server in 2...servers where late.chance(1, in: 3) && servers - joins.count > 2 {
            joins[server] = .milliseconds(Int64(late.within(0...Int(workload.milliseconds))))
        }
    }
}
