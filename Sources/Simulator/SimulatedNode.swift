import Evidence
import Messaging

/// One process of a simulation.
///
/// A class, since a node that is copied while it works would be copied whole.
final class SimulatedNode {
    let name: String
    let incarnation: Int
    let address: Address
    /// What runs in it: one of the two. They are changed in place, so that nothing is copied.
    var server: ServerCore?
    var client: WorkloadCore?
    var isRunning = true
    var isReady = false
    /// After so many effects of its next step it dies; nil: it lives.
    var diesAfter: Int?
    /// The fault that kills it.
    var fault: String?
    /// How many records it has written.
    var records: Int64 = 0
    /// The latest setting of each timer: an earlier one that runs out is void.
    var timers: [TimerID: Int] = [:]

    init(
        name: String,
        incarnation: Int,
        address: Address,
        server: ServerCore?,
        client: WorkloadCore?
    ) {
        self.name = name
        self.incarnation = incarnation
        self.address = address
        self.server = server
        self.client = client
    }

    func receive(_ event: Event, now: Instant) -> [Effect] {
        let effects =
            server?.receive(event, now: now) ?? client?.receive(event, now: now) ?? []
        server?.checkInvariants()
        client?.checkInvariants()
        return effects
    }
}
