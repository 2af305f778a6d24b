import Evidence
import Messaging

/// A connection between two processes of a simulation, through its relay.
struct SimulatedConnection {
    /// The side that called, and the side that was called.
    enum Side: Int {
        case near
        case far

        var other: Side { self == .near ? .far : .near }
    }

    /// One end: a node's connection.
    struct End {
        /// The node's place.
        var node: Int
        var incarnation: Int
        var connection: ConnectionID?
        /// Whether its node closed it, or knows that it is closed.
        var isClosed = false
    }

    /// What flows through one direction.
    enum Parcel {
        case line([UInt8])
        case end(Event.CloseReason)
    }

    var ends: [End]
    /// What waits for the heal, by the side that sent it.
    var waiting: [[Parcel]] = [[], []]
    /// What arrived and is not read yet, by the side that sent it.
    var unread: [[Parcel]] = [[], []]
    /// When the last parcel of each direction arrives: none overtakes another.
    var latest: [Instant] = [.zero, .zero]
    /// Whether the far side's node was told of the connection.
    var isEstablished = false

    init(near: End, far: End) {
        ends = [near, far]
    }

    /// Whether nothing flows through it any more.
    var isOver: Bool {
        ends[0].isClosed && ends[1].isClosed && waiting[0].isEmpty && waiting[1].isEmpty
    }

    /// The node that sends from a side, and the one that receives.
    func route(from side: Side) -> (from: Int, to: Int) {
        (ends[side.rawValue].node, ends[side.other.rawValue].node)
    }
}
