import ArgumentParser
import JournalReading
import Report

/// `ordeal compare RUN RUN`: two runs, or two sets of runs, side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two runs, or two sets of runs: verdicts, rates, latencies.",
        discussion: """
            Everything is read from the runs' journal files. With sets of runs each number is put to a test: \
            how likely such a difference is by chance. Sets of fewer than four runs can show nothing.

            Examples:
              ordeal compare runs/one runs/other
              ordeal compare --before runs/a* --after runs/b* --fail-on-worse
            """
    )

    @Argument(
        help: ArgumentHelp("Two runs' folders.", valueName: "run"),
        completion: .directory
    )
    var pair: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("The first set of runs' folders.", valueName: "run")
    )
    var before: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("The second set of runs' folders.", valueName: "run")
    )
    var after: [String] = []

    @Flag(help: "End with 1 where something got worse by more than chance.")
    var failOnWorse = false

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func validate() throws {
        let isPair = pair.count == 2 && before.isEmpty && after.isEmpty
        let isSets = pair.isEmpty && !before.isEmpty && !after.isEmpty
        guard isPair || isSets else {
            throw ValidationError("give two runs, or --before RUN… and --after RUN…")
        }
        let most = RankTest.valuesMax
        guard before.count <= most, after.count <= most else {
            throw ValidationError("a set may have \(most) runs at most")
        }
    }

    func run() throws {
        do {
            let isPair = pair.count == 2
            let first = try (isPair ? [pair[0]] : before).map(Self.metrics)
            let second = try (isPair ? [pair[1]] : after).map(Self.metrics)
            let comparison = Comparison(first, second)
            Console.show(json ? comparison.json : comparison.text)
            throw Console.exitCode(failOnWorse && !comparison.worse.isEmpty ? 1 : 0)
        } catch let error as ReadError {
            Console.error("ordeal: \(error)")
            throw ExitCode(ExitStatus.unavailable)
        }
    }

    private static func metrics(_ path: String) throws -> RunMetrics {
        let journal = RunDirectory.journal(at: path)
        return RunMetrics(try Verification(journal: journal).report())
    }
}
