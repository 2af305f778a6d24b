/// One mistake in a plan: where it is, what is wrong and what to do about it.
public struct PlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The plan's file, as it was named by the caller.
    public var file: String
    /// The line of the mistake, from 1.
    public var line: Int
    /// The column of the mistake in Unicode scalars, from 1.
    public var column: Int
    /// What is wrong, with the text that is wrong.
    public var what: String
    /// What to write instead.
    public var remedy: String

    /// Makes an error from all its parts.
    public init(file: String, line: Int, column: Int, what: String, remedy: String) {
        self.file = file
        self.line = line
        self.column = column
        self.what = what
        self.remedy = remedy
    }

    /// The error as one line: `file:line:column: what - remedy`.
    public var description: String { "\(file):\(line):\(column): \(what) - \(remedy)" }
}
