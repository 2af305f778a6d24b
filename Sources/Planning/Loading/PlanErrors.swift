/// All mistakes of a plan at once, in the order of the file.
///
/// A program that gets it prints the description and ends with exit code 65.
public struct PlanErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The mistakes: one or more, by line and column.
    public let errors: [PlanError]

    /// Makes the errors of a plan; they are put in the order of the file.
    public init(_ errors: [PlanError]) {
        precondition(!errors.isEmpty, "a wrong plan must have an error")
        self.errors = errors.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }.map(\.element)
    }

    /// One line for each mistake.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
