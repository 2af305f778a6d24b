import ArgumentParser
import Supervision

/// `ordeal guard`: ends a run's processes should `ordeal` die. Started by `ordeal run`.
struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard",
        abstract: "The guard of a run; started by `ordeal run`.",
        shouldDisplay: false
    )

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run() throws {
        Guard.run(arguments: arguments)
    }
}
