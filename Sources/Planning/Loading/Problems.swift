/// Collects the mistakes of one plan while it is read, so that all are told at once.
final class Problems {
    /// A place in the plan's text.
    struct Position: Equatable {
        /// From 1.
        var line: Int
        /// In Unicode scalars, from 1.
        var column: Int

        /// The beginning of the text.
        static let start = Position(line: 1, column: 1)
    }

    /// More mistakes than this are not told: by then the file is no plan.
    static let countMax = 100

    private(set) var errors: [PlanError] = []
    private let file: String

    init(file: String) {
        self.file = file
    }

    func add(_ what: String, at position: Position, remedy: String) {
        guard errors.count < Self.countMax else { return }
        errors.append(
            PlanError(
                file: file,
                line: position.line,
                column: position.column,
                what: what,
                remedy: remedy
            )
        )
    }

    /// Throws what was collected, if anything was.
    func throwIfAny() throws(PlanErrors) {
        if !errors.isEmpty { throw PlanErrors(errors) }
    }
}
