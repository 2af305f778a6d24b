import Chaos
import Evidence
import Foundation
import Journal
import Planning
import Supervision

/// One run from its plan to its exit code: what it needs is made, used, taken away again; then the
/// evidence is judged and the reports are written.
struct RunSession: Sendable {
    let plan: Plan
    let planPath: String
    let options: RunOptions

    /// Runs, judges and reports; returns the exit code.
    func run() async -> Int32 {
        do {
            return try await runAndReport()
        } catch let error as OperatingError {
            Console.error("ordeal: \(error)")
            return ExitStatus.unavailable
        } catch let error as JournalError {
            Console.error("ordeal: \(error.what)\n  remedy: \(error.remedy)")
            return ExitStatus.unavailable
        } catch {
            Console.error("ordeal: internal error: \(error)")
            return ExitStatus.internal
        }
    }

    private func runAndReport() async throws -> Int32 {
        let directory = try RunDirectory.create(
            root: options.runs,
            plan: plan.name,
            seed: plan.seed,
            now: Date()
        )
        var file = RunFile(plan: plan, directory: directory, command: command)
        let workshop: Workshop
        do {
            try directory.write(plan.yaml, to: "plan.yaml")
            try directory.write(file.text, to: "run.json")
            workshop = try await Workshop.open(plan, directory, options)
        } catch {
            directory.remove()
            throw error
        }
        try directory.becomeLatest()
        let (ending, phases) = try await workshop.use()
        file.ending = ending
        file.phases = phases.phases
        try directory.write(file.text, to: "run.json")
        let report = RunReports(directory: directory, file: file)
        let status = try report.judgeAndWrite(ending, json: options.json)
        return ending == .interrupted ? ExitStatus.interrupted : status
    }

    /// The command that does the same again.
    private var command: String { "ordeal run \(planPath) --seed \(plan.seed)" }
}
