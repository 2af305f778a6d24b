public import Evidence

/// What a protocol core orders its shell to do.
///
/// A shell carries effects out in the order given; a record is in the journal before the next effect
/// begins (the write-ahead rule of guarantees.md).
public enum Effect: Sendable, Equatable {
    /// Write to one connection; nothing happens where it is closed by now.
    case send(ConnectionID, Frame)
    /// Write the same bytes to many connections.
    case broadcast([ConnectionID], Frame)
    /// Tell the core `written` once the machine has taken all that was written to a connection before: from then
    /// on it is on its way, whatever becomes of this process.
    case confirmWritten(ConnectionID)
    /// Close a connection once what was written to it is flushed; no `closed` event follows.
    case close(ConnectionID)
    /// Close a connection at once and forget what waits to be written; no `closed` event follows.
    case abort(ConnectionID)
    /// Allow a connection more than the shell's settings do, from the next line on.
    case allow(ConnectionID, Allowance)
    /// Stop reading from a connection, or go on: so a sender that is too fast waits, and nobody keeps
    /// what it says. What was read already is still told.
    case setReading(ConnectionID, Bool)
    /// Connect to an address; `connected` or `dialFailed` follows.
    case dial(DialID, Address)
    /// Tell the core `timer` after this time.
    case setTimer(TimerID, after: Duration)
    /// Forget a timer; nothing happens where it is not set.
    case cancelTimer(TimerID)
    /// Change what is on the disk, all of it or nothing; `stored` follows once it outlives a crash, in
    /// the order of the tickets, or `storeFailed`.
    case store(StoreTicket, [StoreOperation])
    /// Hash a secret slowly, beside everything else; `hashed` follows.
    case hash(HashTicket, HashRequest)
    /// Write a record; the shell adds what every record carries. The time is the `now` of the step,
    /// unless one is given.
    case record(EventKind, FieldValues, at: Instant? = nil)
    /// Show a line to the person at the terminal, where there is one.
    case show(String)
    /// Give the core the next line of the input, once there is one: it has room for it. The input of
    /// somebody who types waits for nothing.
    case takeLine
    /// The process is ready to be used: told to whoever supervises it.
    case ready
    /// The process ends in order, with this exit code.
    case exit(Int32)
}
