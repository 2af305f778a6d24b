import Journal
import Testing

/// Runs each test of a suite in a process of its own.
///
/// A supervisor adopts orphans and tests count what their process holds, while other tests of the
/// same process wait for any child of theirs.
struct AloneTrait: SuiteTrait, TestTrait, TestScoping {
    /// The outermost suite of the tests.
    let suite: String

    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard !Alone.isHere else {
            try await function()
            return
        }
        let scratch = try Scratch()
        let name = test.name.prefix { $0 != "(" }
        let outcome = try await Alone.run("\(suite)/.*/\(name)\\(", directory: scratch.path)
        // No test at all would end well, too.
        let isOne = outcome.output.contains("Test run with 1 test in")
        #expect(outcome.exit == .code(0) && isOne, "\(outcome.output)")
    }
}

extension Trait where Self == AloneTrait {
    /// Each test of the suite of this name runs in a process of its own.
    static func alone(_ suite: String) -> Self { AloneTrait(suite: suite) }
}
