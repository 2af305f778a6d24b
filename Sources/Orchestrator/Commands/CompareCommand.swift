import ArgumentParser
import Foundation
import JournalReading
import Report

/// `ordeal compare RUN RUN`: two runs, or two sets of runs, side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two runs, or two sets of runs: verdicts, rates, latencies.",
        discussion: """
            Everything is read from the runs' journal files. With sets of runs each number is put to a test: \
            how likely such a difference is by chance. Sets of fewer than four runs can show nothing. Each \
            run counts once: one that is named twice is refused.

            Examples:
              ordeal compare runs/one runs/other
              ordeal compare --before runs/a* --after runs/b* --fail-on-worse
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Two runs: folders, or files of records as `ordeal check` reads them.",
            valueName: "run"
        ),
        completion: .file()
    )
    var pair: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("The first set of runs: folders or files.", valueName: "run"),
        completion: .file()
    )
    var before: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("The second set of runs: folders or files.", valueName: "run"),
        completion: .file()
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
            let first = isPair ? [pair[0]] : before
            let names = first + (isPair ? [pair[1]] : after)
            // By their paths first: that costs nothing.
            try Self.refuseRepeated(
                names,
                names.map { URL(filePath: $0).resolvingSymlinksInPath().path }
            )
            let metrics = try names.map(Self.metrics)
            try Self.refuseRepeated(names, metrics.map(\.run))
            let comparison = Comparison(
                Array(metrics.prefix(first.count)),
                Array(metrics.dropFirst(first.count))
            )
            Console.show(json ? comparison.json : comparison.text)
            throw Console.exitCode(failOnWorse && !comparison.worse.isEmpty ? 1 : 0)
        } catch let error as ReadError {
            Console.error("ordeal: \(error)")
            throw ExitCode(ExitStatus.unavailable)
        }
    }

    /// - Throws: `ValidationError` where two names stand for one run.
    private static func refuseRepeated(_ names: [String], _ runs: [String]) throws {
        guard let (first, second) = Comparison.repeated(runs) else { return }
        throw ValidationError(
            "\(names[first]) and \(names[second]) are one run (\(runs[second])): it is no second sample. Name "
                + "each run once"
        )
    }

    private static func metrics(_ path: String) throws -> RunMetrics {
        let journal = RunDirectory.journal(at: path)
        return RunMetrics(try Verification(journal: journal).report())
    }
}
