public import Evidence

/// What a relay is asked on its control socket: one JSON object a line, answered in order.
public enum RelayRequest: Sendable, Codable, Equatable {
    /// Put a fault in force.
    case apply(LinkFault)
    /// End a fault.
    case heal(id: String)
    /// The next connection from each source (`host:port`) is a probe: it ends at the relay's echo.
    case expectProbes(sources: [String])
    /// Say what a fault met, and which are in force.
    case tally(id: String)
    /// Say which of these links are cut now, by whichever fault.
    case closed(links: [Link])
}

/// What a relay answers.
public struct RelayResponse: Sendable, Codable, Equatable {
    /// Why the request was not carried out, or nil.
    public var failure: String?
    /// The ids of the faults in force, sorted.
    public var inForce: [String]
    /// What the fault asked for met.
    public var tally: LinkTable.Tally?
    /// Which of the links asked for are cut.
    public var closed: [Link]

    /// Makes a response.
    public init(
        failure: String? = nil,
        inForce: [String],
        tally: LinkTable.Tally? = nil,
        closed: [Link] = []
    ) {
        self.failure = failure
        self.inForce = inForce
        self.tally = tally
        self.closed = closed
    }
}
