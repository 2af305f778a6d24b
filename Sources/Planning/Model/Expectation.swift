/// What a guarantee must come out as.
public struct Expectation: Sendable, Equatable {
    /// The guarantee's code, for example `D1`.
    public var code: String
    /// The verdict that passes. The default is `holds`.
    public var result: Result
    /// The bound of a guarantee that has one; nil for the others.
    public var bound: Bound?

    /// The verdict that a plan expects.
    public enum Result: String, Sendable, Equatable, CaseIterable {
        /// The guarantee must hold.
        case holds
        /// The guarantee must be violated; if it holds, the run fails as "unexpectedly holds".
        case violated
    }

    /// Makes an expectation.
    public init(code: String, result: Result = .holds, bound: Bound? = nil) {
        self.code = code
        self.result = result
        self.bound = bound
    }
}
