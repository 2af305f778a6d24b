import Evidence
import Messaging

/// Disks, with a delay of their own.
extension Simulation {
    mutating func store(
        _ place: Int,
        _ incarnation: Int,
        _ ticket: StoreTicket,
        _ operations: [StoreOperation]
    ) {
        let spread = Int(plan.diskDelayMax.nanoseconds)
        let stream = "disk.\(place).\(incarnation).\(ticket.number)"
        var chance = SeededGenerator(seed: plan.seed, stream: stream)
        let delay = Duration.nanoseconds(Int64(chance.below(spread + 1)))
        let time = disks[place, default: SimulatedDisk()].take(ticket, operations, at: now + delay)
        queue.add(.stored(node: place, incarnation: incarnation, ticket), at: time)
    }

    mutating func stored(_ place: Int, _ incarnation: Int, _ ticket: StoreTicket) {
        guard let node = nodes[place], node.isRunning, node.incarnation == incarnation else {
            return
        }
        disks[place]?.finish(through: ticket)
        tell(place, incarnation, .stored(ticket))
    }

    /// A server dies: of what was on its way to its disk some is there, or its disk is lost with it.
    mutating func crashDisk(of place: Int) {
        guard disks[place] != nil else { return }
        if nodes[place]?.losesDisk ?? false {
            disks[place] = nil
        } else {
            let stream = "disk.\(place).\(nodes[place]?.incarnation ?? 0)"
            var chance = SeededGenerator(seed: plan.seed, stream: stream)
            disks[place]?.crash(using: &chance)
        }
    }
}
