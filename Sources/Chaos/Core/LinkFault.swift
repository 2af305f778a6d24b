public import Evidence

/// A fault on links as the relay keeps it: what is done to what flows over them.
public struct LinkFault: Sendable, Equatable, Codable {
    /// The fault's id in records and reports.
    public var id: String
    /// The links that it is on.
    public var links: [Link]
    /// What is done.
    public var effect: Effect
    /// The fault ends by itself after this many milliseconds, even if nobody heals it.
    public var leaseMilliseconds: Int64

    /// What a link fault does.
    public enum Effect: Sendable, Equatable, Codable {
        /// Bytes are held back until the heal.
        case blackhole
        /// Connections are reset, open ones and new ones.
        case reset
        /// Whole lines are dropped, sent twice, or swapped.
        case tamper(LineTamper.Settings)
    }

    /// Makes a link fault.
    public init(id: String, links: [Link], effect: Effect, leaseMilliseconds: Int64) {
        self.id = id
        self.links = links
        self.effect = effect
        self.leaseMilliseconds = leaseMilliseconds
    }
}
