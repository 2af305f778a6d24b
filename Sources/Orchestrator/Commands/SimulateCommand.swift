import ArgumentParser
import Arguments
import Checkers
import Evidence
import Foundation
import Planning
import Report
import Simulator

/// `ordeal simulate`: whole clusters in one thread, from a seed.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the messaging cores with clients, faults and checkers in simulated time.",
        discussion: """
            Every seed is a cluster, a workload and faults of its own. --seed replays one run exactly \
            and says what happened; --seeds and --for look for seeds that fail, and print for each \
            the command that replays it.

            Examples:
              ordeal simulate --seed 7
              ordeal simulate --seeds 1..2000
              ordeal simulate --for 1h --failures-max 1
              ordeal simulate --seed 7 --records run.jsonl
            """
    )

    @Option(
        parsing: .unconditional,
        help: "Replay the run of this seed.",
        transform: SeedText.parse
    )
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Run these seeds.", valueName: "first..last"),
        transform: SeedRange.parse
    )
    var seeds: SeedRange?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Go on with new seeds for so long, after --seeds or from one by the clock.",
            valueName: "duration"
        )
    )
    var duration: String?

    @Option(help: "How large the runs are: brief or full.", transform: Self.size)
    var size: SimulationPlan.Size = .full

    @Flag(
        help:
            "A search also fails where some mark of the protocol was never taken; not with --seed."
    )
    var cover = false

    @Option(parsing: .unconditional, help: "End a search after so many failing seeds.")
    var failuresMax: Int = 10

    @Option(
        parsing: .unconditional,
        help: "How many seeds run at once. (default: one for each processor)"
    )
    var jobs: Int?

    @Flag(help: "Print JSON instead of text.")
    var json = false

    @Option(
        help: ArgumentHelp("Write the records of --seed to a file, a JSON object a line."),
        completion: .file()
    )
    var records: String?

    func validate() throws {
        guard (seed != nil) != (seeds != nil || duration != nil) else {
            throw ValidationError("give either --seed, or --seeds or --for")
        }
        guard records == nil || seed != nil else {
            throw ValidationError("--records needs --seed: a search keeps no records")
        }
        guard !cover || seed == nil else {
            throw ValidationError(
                "--cover needs --seeds or --for: it asks what a search never took, and one seed takes few"
            )
        }
        guard failuresMax >= 1 else {
            throw ValidationError("--failures-max must be 1 or more, got \(failuresMax)")
        }
        guard jobs.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--jobs must be 1 to 1024, got \(jobs ?? 0)")
        }
        _ = try limit()
    }

    func run() async throws {
        if let seed {
            throw ExitCode(try replay(seed))
        }
        throw ExitCode(await search(for: try limit()))
    }

    private static func size(_ text: String) throws -> SimulationPlan.Size {
        guard let size = SimulationPlan.Size(rawValue: text) else {
            let known = SimulationPlan.Size.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--size: unknown size \"\(text)\"; known are \(known)")
        }
        return size
    }

    private func limit() throws -> Duration? {
        guard let duration else { return nil }
        let limit: Duration
        do throws(Quantity.Failure) {
            limit = try Quantity.duration(duration)
        } catch {
            throw ValidationError("--for: \(error.what); \(error.remedy)")
        }
        guard limit > .zero else { throw ValidationError("--for must be more than 0s") }
        return limit
    }

    // MARK: One seed

    private func replay(_ seed: UInt64) throws -> Int32 {
        let plan = SimulationPlan.swarm(seed: seed, size: size)
        let result = Simulation.run(plan)
        let (outcome, history) = result.judge()
        if let records { try write(result, to: records) }
        let facts = RunFacts(
            run: "simulation-\(seed)",
            plan: "swarm",
            description: "A cluster in simulated time, drawn from the seed.",
            seed: seed,
            command: SearchReport.command(seed: seed, size: size),
            planText: plan.description,
            versions: [.init(name: "ordeal", version: Version.text)],
            exitCode: result.exitCode(outcome)
        )
        let report = RunReport(outcome: outcome, history: history, facts: facts)
        if json {
            print(report.verdictJSON, terminator: "")
        } else {
            print(plan.description)
            print(report.terminalText(colour: Console.hasColour), terminator: "")
            // A seed draws no case of some guarantee; the verdict then says unproved, and is no fault.
            let isGood = outcome.exitCode == 0
            let nothing = isGood ? "nothing is wrong" : "nothing is wrong: no case is no fault here"
            print("\(result.steps) steps; \(result.failure(outcome) ?? nothing)")
        }
        return result.exitCode(outcome)
    }

    private func write(_ result: SimulationResult, to path: String) throws {
        var text = ""
        for record in result.records { text += record.jsonLine + "\n" }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            Console.error("ordeal: cannot write \(path): \(error.localizedDescription)")
            throw ExitCode(ExitStatus.unavailable)
        }
    }

    // MARK: Many seeds

    private func search(for limit: Duration?) async -> Int32 {
        let clock = ContinuousClock()
        let begin = clock.now
        // A search that goes on takes seeds that no earlier one took.
        let first = seeds?.first ?? UInt64(Date().timeIntervalSince1970 * 1000)
        let last = limit == nil ? seeds?.last ?? first : UInt64.max - 1
        let search = SeedSearch(
            size: size,
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
            failuresMax: failuresMax
        )
        let summary = await search.run(SeedRange(first: first, last: last)) {
            limit.map { clock.now - begin >= $0 } ?? false
        } heed: { summary, results in
            Console.endProgress()
            for result in results { show(result) }
            let done = summary.passed + summary.failures.count
            Console.progress("\(done) seeds, \(summary.failures.count) failed")
        }
        Console.endProgress()
        let report = SearchReport(summary, size: size, took: clock.now - begin)
        print(json ? report.json : report.text)
        // What no seed took, no seed proved.
        let isCovered = !cover || report.marksNeverTaken.isEmpty
        return summary.exitCode == 0 && !isCovered ? 2 : summary.exitCode
    }

    private func show(_ result: SeedSearch.Result) {
        guard let failure = result.failure, !json else { return }
        print("seed \(result.seed): \(failure)")
        print("  again: \(SearchReport.command(seed: result.seed, size: size))")
    }
}
