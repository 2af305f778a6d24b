import ArgumentParser
import Foundation
import Planning

/// `ordeal run PLAN`: the main job.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Run a plan: cluster up, workload and faults, heal, drain, collect, check, report.",
        discussion: """
            The exit code says how it came out; the run's folder holds the evidence and the reports.

            Examples:
              ordeal run Plans/quickstart.yaml
              ordeal run Plans/quickstart.yaml --seed 42 --runs nightly
            """
    )

    @Argument(help: "The plan.", completion: .file(extensions: ["yaml"]))
    var plan: String

    @OptionGroup var options: RunOptions

    func run() async throws {
        var plan: Plan
        do {
            plan = try PlanLoader.load(path: self.plan, seed: options.seed)
        } catch {
            Console.error("\(error)")
            throw ExitCode(ExitStatus.plan)
        }
        let folder = URL(fileURLWithPath: self.plan).deletingLastPathComponent().path
        plan = plan.located(in: folder)
        let status = await RunSession(plan: plan, planPath: self.plan, options: options).run()
        throw Console.exitCode(status)
    }
}
