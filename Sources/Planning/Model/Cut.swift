/// Cuts links for a time: what flows over them does not arrive.
public struct Cut: Sendable, Equatable {
    /// Which links.
    public var links: Links
    /// What becomes of the traffic. The default is `blackhole`.
    public var how: Manner
    /// How long.
    public var duration: Duration

    /// The links of a cut.
    public enum Links: Sendable, Equatable {
        /// One direction: what flows from any node of the first group to any of the second
        /// (`link: a -> b`).
        case oneWay(from: [NodeSelector], to: [NodeSelector])
        /// Both directions between each node of the first group and each of the second
        /// (`between: [a], and: others`). `others` and `all others` are the second group only.
        case between([NodeSelector], [NodeSelector])
    }

    /// What becomes of the traffic of a cut link.
    public enum Manner: String, Sendable, Equatable, CaseIterable {
        /// Nothing arrives, nobody is told; what was sent arrives after the heal if the connection lives.
        case blackhole
        /// Open connections are reset, new ones too.
        case reset
    }

    /// Makes a cut.
    public init(links: Links, how: Manner = .blackhole, duration: Duration) {
        self.links = links
        self.how = how
        self.duration = duration
    }
}
