import ArgumentParser

/// What `ordeal run` is told besides its plan.
struct RunOptions: ParsableArguments {
    /// Where runs go unless it is said.
    static let runsDefault = "runs"
    /// The port unless it is said.
    static let portDefault = 7400

    @Option(help: "The seed of every choice, in place of the plan's.")
    var seed: UInt64?

    @Option(help: "The folder under which each run gets its own.")
    var runs: String = RunOptions.runsDefault

    @Option(help: "The TCP port of every listener of the run, on addresses of its own.")
    var port: Int = RunOptions.portDefault

    @Flag(help: "Print the verdict as JSON instead of the table.")
    var json = false

    func validate() throws {
        guard (1...65535).contains(port) else {
            throw ValidationError("--port must be 1 to 65535, got \(port)")
        }
    }
}
