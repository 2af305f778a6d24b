import Glibc

/// Why the journal could not be written, started or stopped: what happened, where, and the remedy.
public struct JournalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure, for those who react to them.
    public enum Code: Sendable, Hashable {
        /// The environment names a journal only in part, or wrongly.
        case environment
        /// A path does not fit into a socket address (107 bytes).
        case pathTooLong
        /// The ack page cannot be made, or another process writes to it.
        case ackPage
        /// The journal did not accept a record within the bound.
        case notAccepted
        /// The writer was closed before.
        case closed
        /// A program or a permission that is needed is not there.
        case unavailable
        /// The daemon did not start, or died and could not be started again.
        case daemon
        /// There is too little space for the journal.
        case space
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, where and why.
    public let what: String
    /// What to do about it.
    public let remedy: String

    /// Makes an error from its parts.
    public init(_ code: Code, what: String, remedy: String) {
        self.code = code
        self.what = what
        self.remedy = remedy
    }

    /// One line: what happened, then the remedy.
    public var description: String { "\(what) - \(remedy)" }

    /// The system's text for an error number.
    package static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
