/// How long a run waits for what is outstanding once faults and workload are over.
public struct Drain: Sendable, Equatable {
    /// The wait ends when nothing moved for this long. The default is 3 s.
    public var quiet: Duration
    /// The wait ends at the latest after this long. The default is 30 s.
    public var atMost: Duration
    /// How long clients have to be logged in again. The default is 20 s.
    public var returnWithin: Duration

    /// Makes a drain.
    public init(
        quiet: Duration = .seconds(3),
        atMost: Duration = .seconds(30),
        returnWithin: Duration = .seconds(20)
    ) {
        self.quiet = quiet
        self.atMost = atMost
        self.returnWithin = returnWithin
    }
}
