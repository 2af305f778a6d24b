/// What a shell tells a protocol core.
public enum Event: Sendable, Equatable {
    /// The process is up: its listener, if it has one, accepts connections. Always the first event.
    case started
    /// A connection is open: one that was accepted (no dial), or the one that a dial asked for.
    case connected(ConnectionID, DialID?)
    /// A dial came to nothing.
    case dialFailed(DialID, reason: String)
    /// A whole line arrived, without its line end.
    case received(ConnectionID, line: [UInt8])
    /// A connection is closed, by the other side, by an error or by the shell because of a limit.
    ///
    /// Not told for one that the core itself closed.
    case closed(ConnectionID, reason: CloseReason)
    /// The machine has taken all that was written to a connection before the core asked, by `confirmWritten`.
    case written(ConnectionID)
    /// A timer that the core set has run out.
    case timer(TimerID)
    /// What was to be stored with this ticket, and with all before it, is on the disk.
    case stored(StoreTicket)
    /// The disk took a change not, and takes none any more.
    case storeFailed(reason: String)
    /// What a secret came to: a text with its salt and cost; nil where it cannot be hashed.
    case hashed(HashTicket, String?)
    /// Somebody who controls the process asks for something.
    case control(Control)

    /// Why a connection is closed.
    public enum CloseReason: Sendable, Equatable {
        /// The other side closed it in order.
        case ended
        /// It broke: reset, unreachable, time-out.
        case failed(String)
        /// A line was longer than the limit.
        case lineTooLong
        /// More than the limit waited to be written: a slow reader.
        case tooMuchPending
    }

    /// What a process may be asked from outside, on its standard input or by a signal.
    public enum Control: String, Sendable, Equatable, CaseIterable {
        /// Begin the workload.
        case start
        /// End the workload, wait for what is outstanding, be logged in.
        case rest
        /// Send one last message.
        case drain
        /// End in order: close sessions, write the closing record, exit.
        case stop
    }
}
