/// The numbers that a client process gives to its operations and sessions; they only rise.
struct ClientCounters: Sendable {
    private var operations: Int64 = 0
    private var sessions: Int64 = 0

    /// The number of a new operation.
    mutating func nextOperation() -> Int64 {
        operations += 1
        return operations
    }

    /// The number of a new session.
    mutating func nextSession() -> Int64 {
        sessions += 1
        return sessions
    }
}
