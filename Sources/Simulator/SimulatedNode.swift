import Evidence
import Messaging

/// One process of a simulation.
struct SimulatedNode {
    /// What runs in it.
    enum Program {
        case server(ServerCore)
        case client(WorkloadCore)
    }

    let name: String
    let incarnation: Int
    let address: Address
    var program: Program
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

    mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        let effects: [Effect]
        switch program {
        case .server(var core):
            // The core must not be copied while it is changed.
            program = .server(Self.placeholder)
            effects = core.receive(event, now: now)
            core.checkInvariants()
            program = .server(core)
        case .client(var core):
            effects = core.receive(event, now: now)
            core.checkInvariants()
            program = .client(core)
        }
        return effects
    }

    private static let placeholder = ServerCore(
        configuration: ServerConfiguration(
            name: "none",
            address: Address(host: "none", port: 1),
            secret: ""
        )
    )
}
