/// A guarantee of the plan's own: a program that reads the evidence and answers with a verdict.
public struct OwnExpectation: Sendable, Equatable {
    /// Its name in reports: lower-case letters, digits and `-`.
    public var name: String
    /// The program and its arguments.
    public var run: [String]
    /// How long it may take: 100 ms … 1 h. The default is 1 min.
    public var within: Duration
    /// The verdict that passes. The default is `holds`.
    public var result: Expectation.Result

    /// Makes one from all its parts.
    public init(
        name: String,
        run: [String],
        within: Duration = .seconds(60),
        result: Expectation.Result = .holds
    ) {
        self.name = name
        self.run = run
        self.within = within
        self.result = result
    }

    /// The guarantee as one item of the list `expect`.
    var yaml: String {
        let words = run.map(Plan.quoted).joined(separator: ", ")
        let time = Quantity.text(within)
        return "{\(name): {run: [\(words)], within: \(time), result: \(result.rawValue)}}"
    }
}
