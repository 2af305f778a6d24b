import Evidence
import Messaging

/// A server's core, changed in place: in an optional value it would be copied at every look.
final class ServerBox {
    var core: ServerCore

    init(_ core: ServerCore) { self.core = core }
}

/// One process of a simulation.
///
/// A class, since a node that is copied while it works would be copied whole.
final class SimulatedNode {
    let name: String
    let incarnation: Int
    /// What runs in it: one of the two. They are changed in place, so that nothing is copied.
    let server: ServerBox?
    var client: WorkloadCore?
    var isRunning = true
    var isReady = false
    /// Whether it was asked to end.
    var isAsked = false
    /// Whether its session is open, where it is a client.
    var hasSession = false
    /// After so many effects of its next step it dies; nil: it lives.
    var diesAfter: Int?
    /// The fault that kills it.
    var fault: String?
    /// Whether its disk is lost with it, or it never comes back.
    var losesDisk = false
    /// How many records it has written.
    var records: Int64 = 0
    /// The latest setting of each timer: an earlier one that runs out is void.
    var timers: [TimerID: Int] = [:]
    /// Up to where of its log it was seen that those who are linked have what it holds.
    var heldSeen: Int64 = 0
    /// The epoch that it knew last.
    var epoch: Int64 = 0

    init(name: String, incarnation: Int, server: ServerCore?, client: WorkloadCore?) {
        self.name = name
        self.incarnation = incarnation
        self.server = server.map(ServerBox.init)
        self.client = client
    }

    func receive(_ event: Event, now: Instant) -> [Effect] {
        server?.core.receive(event, now: now) ?? client?.receive(event, now: now) ?? []
    }

    func receive(_ lines: [[UInt8]], over connection: ConnectionID, now: Instant) -> [Effect] {
        server?.core.receive(lines, over: connection, now: now)
            ?? client?.receive(lines, over: connection, now: now) ?? []
    }

    /// Whether it lives, and nothing is about to end it.
    var isAlive: Bool { isRunning && diesAfter == nil }

    /// Whether it is a super-peer that answers for users.
    var isServing: Bool {
        switch server?.core.currentRole {
        case .master, .superPeer: isRunning
        case .transition, .peer, nil: false
        }
    }

    /// Whether another server has stored all that this one holds.
    func isHeld(by other: SimulatedNode, from index: Int64 = 0) -> Bool {
        server?.core.isStored(from: index) { origin, sequence in
            other.server?.core.hasStored(origin, sequence) ?? false
        } ?? true
    }

    /// Whether another server has stored all that may be held somewhere and would be lost with this one:
    /// what it holds, and what it has of servers that do not stay, which may have held it without others.
    func isSpared(by other: SimulatedNode, staying: Set<String>) -> Bool {
        let own = server?.core.lifeID ?? ""
        return isHeld(by: other)
            && server?.core.isStored(from: 0, throughEnd: true) { origin, sequence in
                origin == own || staying.contains(origin)
                    || other.server?.core.hasStored(origin, sequence) ?? false
            } ?? true
    }
}
