import ArgumentParser
import Foundation
import Planning

/// `ordeal validate PLAN…`: every error of each plan at once, with line and remedy.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say every error of a plan at once, with line and remedy.",
        discussion: "Example: ordeal validate Plans/*.yaml"
    )

    @Argument(help: "The plans.", completion: .file(extensions: ["yaml"]))
    var plans: [String]

    func run() throws {
        var isGood = true
        for path in plans {
            do {
                let plan = try PlanLoader.load(path: path)
                Console.show("\(path): \(plan.name) is a good plan")
            } catch {
                isGood = false
                Console.error("\(error)")
            }
        }
        throw Console.exitCode(isGood ? 0 : ExitStatus.plan)
    }
}
