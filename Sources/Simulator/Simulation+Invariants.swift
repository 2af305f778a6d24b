import Evidence
import Messaging

/// What must hold at every step, of each node and of the cluster.
extension Simulation {
    mutating func watch(_ node: SimulatedNode, _ place: Int) {
        guard broken == nil else { return }
        do throws(BrokenInvariant) {
            try node.server?.core.requireInvariants()
        } catch {
            broken = "\(node.name): \(error)"
            return
        }
        node.client?.checkInvariants()
        guard place < plan.servers else { return }
        watchEpoch(node)
        watchHeld(node)
    }

    /// An epoch's number never falls, and in one epoch one server acts as master.
    private mutating func watchEpoch(_ node: SimulatedNode) {
        guard let role = node.server?.core.currentRole, let epoch = node.server?.core.epochNumber
        else {
            return
        }
        guard role != .peer else {
            node.epoch = 0
            return
        }
        if epoch < node.epoch {
            broken = "\(node.name): the epoch must not fall, got \(epoch) after \(node.epoch)"
        }
        node.epoch = epoch
        guard role == .master, plan.registration == .quorum else { return }
        let life = node.server?.core.lifeID ?? ""
        let master = mastersOfEpoch[epoch, default: life]
        mastersOfEpoch[epoch] = master
        if master != life {
            broken = "epoch \(epoch) must have one master, got \(life) besides \(master)"
        }
    }

    /// What a super-peer holds, all that are linked to it have stored.
    private mutating func watchHeld(_ node: SimulatedNode) {
        guard let held = node.server?.core.heldThrough, held > node.heldSeen else { return }
        let linked = node.server?.core.linkedIDs ?? []
        for place in serverPlaces {
            guard let other = nodes[place], other.isRunning, other !== node,
                let life = other.server?.core.lifeID, linked.contains(life),
                // One whose raise failed has forgotten everything, and tells so by closing.
                other.server?.core.currentRole != .peer
            else { continue }
            if !node.isHeld(by: other, from: node.heldSeen) {
                broken = "\(node.name): what it holds must be stored by \(other.name)"
            }
        }
        node.heldSeen = held
    }
}
