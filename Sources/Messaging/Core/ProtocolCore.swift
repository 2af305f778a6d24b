public import Evidence

/// A protocol as a value: events in, effects out.
///
/// It reads no clock, socket, file or random source, so that the real shell and the simulator drive
/// the same code. An operation's duration is bounded by the size of its state; nothing waits.
public protocol ProtocolCore: Sendable {
    /// Takes one event at time `now`, which never goes back, and says what is to be done.
    mutating func receive(_ event: Event, now: Instant) -> [Effect]

    /// Takes whole lines of one connection that arrived together, as if one came right after the other.
    ///
    /// A core may answer them together. By default they are taken one by one, until the core closes the
    /// connection or ends.
    mutating func receive(
        _ lines: [[UInt8]],
        over connection: ConnectionID,
        now: Instant
    ) -> [Effect]

    /// Traps where the state contradicts itself; called after events in the simulator, and now and then
    /// in debug builds of the programs.
    func checkInvariants()
}

extension ProtocolCore {
    /// Takes the lines one by one.
    public mutating func receive(
        _ lines: [[UInt8]],
        over connection: ConnectionID,
        now: Instant
    ) -> [Effect] {
        var effects: [Effect] = []
        for line in lines {
            let more = receive(.received(connection, line: line), now: now)
            effects += more
            if more.contains(where: { $0.isLast(of: connection) }) { break }
        }
        return effects
    }
}

extension Effect {
    /// Whether nothing is told of a connection after this.
    fileprivate func isLast(of connection: ConnectionID) -> Bool {
        if case .exit = self { return true }
        return self == .close(connection) || self == .abort(connection)
    }
}
