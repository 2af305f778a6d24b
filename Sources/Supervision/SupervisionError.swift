/// Why a process could not be started, reached or ended: what happened, to whom, and the remedy.
public struct SupervisionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure, for those who react to them.
    public enum Code: Sendable, Hashable {
        /// The specification cannot be carried out.
        case wrongSpecification
        /// The program could not be executed.
        case notExecuted
        /// The process ended before it was ready.
        case endedEarly
        /// The process was not ready in time; it was killed.
        case notReady
        /// The node's process is running, or not yet wholly gone.
        case alreadyRunning
        /// The node has no running process.
        case notRunning
        /// The process did not end within the bound.
        case stillRunning
        /// The process takes no control lines, or not this one.
        case control
        /// Something that the supervisor needs is not there.
        case unavailable
        /// The supervisor was shut down.
        case shutDown
    }

    /// The kind of failure.
    public let code: Code
    /// The node, where it is about one.
    public let node: String?
    /// What happened and why.
    public let what: String
    /// What to do about it.
    public let remedy: String
    /// The last lines that the process wrote to its standard error, the oldest first.
    public internal(set) var errorOutput: [String]

    /// Makes an error from its parts.
    public init(
        _ code: Code,
        node: String?,
        what: String,
        remedy: String,
        errorOutput: [String] = []
    ) {
        self.code = code
        self.node = node
        self.what = what
        self.remedy = remedy
        self.errorOutput = errorOutput
    }

    /// What happened and the remedy in one line; then what the process wrote, a line each.
    public var description: String {
        let place = node.map { "\($0): " } ?? ""
        let lines = errorOutput.map { "\n  \($0)" }.joined()
        return "\(place)\(what) - \(remedy)\(lines)"
    }

    static func shutDown(_ node: String?) -> SupervisionError {
        SupervisionError(
            .shutDown,
            node: node,
            what: "the supervisor is shut down",
            remedy: "make a new one for the next run"
        )
    }

    static func notRunning(_ node: String) -> SupervisionError {
        SupervisionError(
            .notRunning,
            node: node,
            what: "it has no running process",
            remedy: "start it before, or ask isRunning first"
        )
    }
}
