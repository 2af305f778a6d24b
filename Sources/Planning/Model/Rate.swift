/// How often something happens, written `100/s`, `3/10s` or `0/s` in a plan.
public struct Rate: Sendable, Equatable {
    /// How many events happen in `per`: 0 or more.
    public var events: Int
    /// The time in which they happen: more than 0.
    public var per: Duration

    /// Makes a rate.
    public init(events: Int, per: Duration) {
        precondition(events >= 0, "a rate must be 0 or more, got \(events)")
        precondition(per > .zero, "a rate's period must be more than 0, got \(per)")
        self.events = events
        self.per = per
    }

    /// The time from one event to the next, or nil where none happens.
    public var interval: Duration? { events == 0 ? nil : per / events }
}
