import ArgumentParser
import Foundation
import Supervision

/// `ordeal clean`: sweeps what killed runs left.
struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Sweep what a killed run left; with --keep drop older runs.",
        discussion: """
            A run that goes on is not touched. Without anything to sweep it says so.

            Example: ordeal clean --keep 20
            """
    )

    @Option(help: "Keep this many of the newest runs under --runs, and delete the others.")
    var keep: Int?

    @Option(help: "The folder of the runs.")
    var runs: String = "runs"

    func validate() throws {
        if let keep, keep < 0 {
            throw ValidationError("--keep must be 0 or more, got \(keep)")
        }
    }

    func run() throws {
        let leftovers = try Leftovers.sweep()
        for line in leftovers.lines { Console.show(line) }
        let dropped = try keep.map(drop) ?? 0
        if leftovers.isEmpty, dropped == 0 {
            Console.show("nothing to clean")
        }
        throw Console.exitCode(0)
    }

    /// Deletes all runs but the newest; those whose names do not begin with a time are not runs.
    private func drop(_ keep: Int) throws -> Int {
        let files = FileManager.default
        let names = ((try? files.contentsOfDirectory(atPath: runs)) ?? [])
            .filter { files.fileExists(atPath: "\(runs)/\($0)/run.json") && $0 != "latest" }
            .sorted()
        let old = names.dropLast(keep)
        for name in old {
            try files.removeItem(atPath: "\(runs)/\(name)")
            Console.show("removed \(runs)/\(name)")
        }
        return old.count
    }
}
