import ArgumentParser
import Arguments

/// What `ordeal run` is told besides its plan.
struct RunOptions: ParsableArguments {
    /// Where runs go unless it is said.
    static let runsDefault = "runs"
    /// The port unless it is said.
    static let portDefault = 7400

    @Option(
        parsing: .unconditional,
        help: "The seed of every choice, in place of the plan's.",
        transform: SeedText.parse
    )
    var seed: UInt64?

    @Option(help: "The folder under which each run gets its own.")
    var runs: String = RunOptions.runsDefault

    @Option(help: "The TCP port of every listener of the run, on addresses of its own.")
    var port: Int = RunOptions.portDefault

    @Flag(
        inversion: .prefixedNo,
        help: "Check while the run goes on, what the live journal can decide by then."
    )
    var online = true

    @Flag(help: "Stop at the first violation that the plan does not expect.")
    var failFast = false

    @Flag(
        help: ArgumentHelp(
            "Keep all nodes alive where --fail-fast stops, for an hour at most; Ctrl-C goes on.",
            discussion: "What is in force is healed at its time, nothing more is injected."
        )
    )
    var hold = false

    @Flag(help: "Print the verdict as JSON instead of the table.")
    var json = false

    func validate() throws {
        guard (1...65535).contains(port) else {
            throw ValidationError("--port must be 1 to 65535, got \(port)")
        }
        if failFast && !online {
            throw ValidationError("--fail-fast needs the checks of --online")
        }
        if hold && !failFast {
            throw ValidationError("--hold keeps the nodes where --fail-fast stops: write both")
        }
    }
}
