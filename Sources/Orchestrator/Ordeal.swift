import ArgumentParser
import Evidence

/// `ordeal`: spins up a cluster, breaks it on purpose, and proves what was delivered.
@main
struct Ordeal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ordeal",
        abstract: """
            Spins up a cluster of real processes from a plan, breaks it on purpose, and proves from \
            the journal what was delivered, in which order, and what was not.
            """,
        discussion: """
            Examples:
              ordeal run Plans/quickstart.yaml --seed 7
              ordeal check runs/latest
              ordeal validate Plans/quickstart.yaml
              ordeal simulate --seeds 1..2000

            Exit codes: 0 every expected guarantee holds, 1 one is violated (or unexpectedly holds), \
            2 unproved, 3 invalid experiment, 64 wrong usage, 65 the plan is wrong, 69 something \
            needed is not available, 70 internal error, 74 all is well, but standard output took no \
            more, 130 interrupted.
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, CheckCommand.self, ValidateCommand.self, DoctorCommand.self,
            CleanCommand.self, SimulateCommand.self, ExplainCommand.self, CompareCommand.self,
            RelayCommand.self, GuardCommand.self,
        ]
    )
}
