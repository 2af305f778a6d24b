import ArgumentParser
import Checkers
import Foundation
import JournalReading
import Planning

/// `ordeal check RUN`: judge again from the journal files alone.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Verify a run again from its journal files; no process is needed.",
        discussion: """
            RUN is a run's folder, or any folder of journal files. The plan, and with it what is \
            expected, is in the journal. Nothing is written.

            Examples:
              ordeal check runs/latest
              ordeal check /mnt/copy/journal --expect fifo --expect no-loss
            """
    )

    @Argument(
        help: ArgumentHelp("The run's folder, or a folder of journal files.", valueName: "run"),
        completion: .directory
    )
    var path: String

    @Option(
        name: .long,
        parsing: .singleValue,
        help: "Judge these guarantees (names or codes) in place of those that the plan expects."
    )
    var expect: [String] = []

    @Flag(help: "Print the verdict as JSON instead of the table.")
    var json = false

    func run() throws {
        let guarantees = try expect.map(Self.guarantee)
        let inner = "\(path)/journal"
        let journal = FileManager.default.fileExists(atPath: inner) ? inner : path
        do {
            let verification = try Verification(
                journal: journal,
                asked: guarantees,
                command: RunFile.command(in: path)
            )
            verification.show(json: json)
            throw Console.exitCode(verification.outcome.exitCode)
        } catch let error as ReadError {
            Console.error("ordeal: \(error)")
            throw ExitCode(ExitStatus.unavailable)
        }
    }

    private static func guarantee(_ text: String) throws -> Guarantee {
        guard let guarantee = Guarantee(text) else {
            let names = Guarantee.allCases.map(\.name)
            let near = Spelling.nearest(to: String(text.prefix(64)), among: names)
            let hint = near.map { " - did you mean \"\($0)\"?" } ?? ""
            throw ValidationError("--expect: unknown guarantee \"\(text)\"\(hint)")
        }
        return guarantee
    }
}
