/// Drops, duplicates or reorders whole messages by the relay; the relay's count is the proof.
struct TamperInjector: Injector {
    let fault: LinkFault
    let relay: RelayClient

    func apply() async throws {
        try await relay.ask(.apply(fault))
    }

    func verify() async throws -> String {
        let state = try await relay.ask(.tally(id: fault.id))
        guard state.inForce.contains(fault.id) else {
            throw FaultError("the relay does not keep the fault in force")
        }
        return "the relay keeps it in force"
    }

    func heal() async throws {
        try await relay.ask(.heal(id: fault.id))
    }

    func verifyHealed() async throws -> String {
        let state = try await relay.ask(.tally(id: fault.id))
        guard !state.inForce.contains(fault.id) else {
            throw FaultError("the relay still keeps the fault in force")
        }
        return "the relay changed \(state.tally?.messages ?? 0) messages and no longer does"
    }

    func isExercised() async throws -> Bool? {
        try await relay.ask(.tally(id: fault.id)).tally?.isExercised
    }
}
