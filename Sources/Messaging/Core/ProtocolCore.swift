public import Evidence

/// A protocol as a value: events in, effects out.
///
/// It reads no clock, socket, file or random source, so that the real shell and the simulator drive
/// the same code. An operation's duration is bounded by the size of its state; nothing waits.
public protocol ProtocolCore: Sendable {
    /// Takes one event at time `now`, which never goes back, and says what is to be done.
    mutating func receive(_ event: Event, now: Instant) -> [Effect]

    /// Traps where the state contradicts itself; called after events in the simulator, and now and then
    /// in debug builds of the programs.
    func checkInvariants()
}
