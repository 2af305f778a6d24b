import ArgumentParser
import Checkers
import JournalReading
import Planning

/// `ordeal check RUN`: judge again from the journal files alone.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Verify a run again from its journal files; no process is needed.",
        discussion: """
            RUN is a run's folder, any folder of journal files, one such file, or what journalctl \
            wrote of them on any machine: -o export, or -o json --all. The plan, and with it what is \
            expected, is in the records. Nothing is written. Only journal files carry hashes: in the \
            others what is missing is seen, but not what was changed.

            Examples:
              ordeal check runs/latest
              ordeal check /mnt/copy/journal --expect fifo --expect no-loss
              ordeal check records.export
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The run's folder, a folder of journal files, or a file of records.",
            valueName: "run"
        ),
        completion: .file()
    )
    var path: String

    @Option(
        name: .long,
        parsing: .singleValue,
        help: "Judge these guarantees (names or codes) in place of those that the plan expects."
    )
    var expect: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Ask the programs of the plan's own guarantees, too.",
            discussion:
                "The evidence names them: do not where it is not yours. Without, they are unproved."
        )
    )
    var own = false

    @Flag(help: "Print the verdict as JSON instead of the table.")
    var json = false

    @Flag(help: "Tell on standard error how long each step took.")
    var timing = false

    func run() throws {
        let guarantees = try expect.map(Self.guarantee)
        do {
            let verification = try Verification(
                journal: RunDirectory.journal(at: path),
                asked: guarantees,
                asksPrograms: own,
                command: RunFile.command(in: path)
            )
            if timing { Console.error(verification.timing.text) }
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
