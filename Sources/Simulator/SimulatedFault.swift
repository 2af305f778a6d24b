/// Something that goes wrong in a simulation.
public struct SimulatedFault: Sendable, Hashable {
    /// When, since the workload began.
    public var at: Duration
    /// What.
    public var what: What

    /// Makes a fault.
    public init(at: Duration, what: What) {
        self.at = at
        self.what = what
    }

    /// What goes wrong.
    public enum What: Sendable, Hashable {
        /// A server dies in the middle of what it does; nil: it stays down.
        case kill(Victim, restartAfter: Duration?)
        /// A client dies likewise, and is started again.
        case killClient(Int, restartAfter: Duration)
        /// Links between servers are cut.
        case cut(Ends, ways: Ways, how: How, lasting: Duration)
    }

    /// Which server.
    public enum Victim: Sendable, Hashable {
        /// The one with this number, from 1.
        case server(Int)
        /// The one that is master then; the first where nobody is.
        case master
    }

    /// Between whom links are cut.
    public enum Ends: Sendable, Hashable {
        /// Between two servers.
        case pair(Victim, Victim)
        /// Between one server and all others.
        case others(of: Victim)
    }

    /// Which directions are cut, seen from the first end.
    public enum Ways: Sendable, Hashable {
        /// Both.
        case both
        /// What the first end sends.
        case out
        /// What the first end is sent.
        case `in`
    }

    /// How links are cut.
    public enum How: String, Sendable, Hashable {
        /// What is sent waits until the heal; a call is answered by nobody.
        case blackhole
        /// Connections are reset, new ones too.
        case reset
    }
}
