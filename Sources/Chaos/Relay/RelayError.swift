/// Why a relay could not start or be reached.
public struct RelayError: Error, Sendable, CustomStringConvertible {
    /// What could not be done.
    public var what: String
    /// What the system said.
    public var underlying: String

    /// One sentence with a remedy.
    public var description: String {
        if underlying.contains("EADDRINUSE") || underlying.contains("Address already in use") {
            return "\(what): the port is in use by another program. "
                + "Stop that program (`ss -ltnp` names it), or give another port with --port."
        }
        return underlying.isEmpty ? what : "\(what): \(underlying)"
    }

    /// Makes an error.
    public init(what: String, underlying: String) {
        self.what = what
        self.underlying = underlying
    }
}
