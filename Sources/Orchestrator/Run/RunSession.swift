import Chaos
import Checkers
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
        let interrupts = Signals.stream([SIGINT, SIGTERM, SIGHUP])
        sweep()
        let directory = try RunDirectory.create(
            root: options.runs,
            plan: plan.name,
            seed: plan.seed,
            now: Date()
        )
        var file = RunFile(plan: plan, directory: directory, command: command)
        let workshop: Workshop
        do {
            try furnish(directory, file)
            workshop = try await Workshop.open(plan, directory, options)
        } catch {
            directory.remove()
            throw error
        }
        let result = await workshop.use(interrupts)
        directory.freeSpace()
        file.ending = result.ending
        file.phases = result.phases
        file.online = result.online
        write(file, directory)
        file.phases.enter("check")
        let verification = try Verification(journal: directory.journal, asksPrograms: true)
        file.phases.enter("report")
        do {
            try RunReports(directory: directory, file: file, verification: verification).write()
        } catch {
            Console.error("ordeal: a report could not be written: \(error.localizedDescription)")
        }
        file.phases.end()
        write(file, directory)
        show(verification, file, directory)
        if result.ending == .interrupted { return ExitStatus.interrupted }
        let differences = result.online?.disagreements(with: verification.outcome) ?? []
        if !differences.isEmpty, let online = result.online {
            let whole = verification.history.records.count
            Console.error(
                "ordeal: \(online.records) records were read while the run went on, and \(whole) from its files"
            )
        }
        for difference in differences {
            Console.error("ordeal: the two ways to the evidence disagree: \(difference)")
        }
        let code = verification.outcome.exitCode
        return code == 0 && !differences.isEmpty ? ExitStatus.internal : code
    }

    /// Puts into a run's folder what is there from its beginning.
    private func furnish(_ directory: RunDirectory, _ file: RunFile) throws {
        try JournalSpace.check(directory: directory.path, expectedRecords: plan.expectedRecords)
        do {
            try directory.write(plan.yaml, to: "plan.yaml")
            try directory.write(file.text, to: "run.json")
            try directory.putSpaceBy()
        } catch {
            throw OperatingError(
                what: "\(directory.path) takes no files: \(error.localizedDescription)",
                remedy: "free space or quota there, or give another folder with --runs"
            )
        }
        try directory.becomeLatest()
    }

    /// Says what a run that was killed together with its guard left, and takes it away.
    private func sweep() {
        guard let leftovers = try? Leftovers.sweep(), !leftovers.isEmpty else { return }
        Console.error("ordeal: what killed runs left is taken away first")
        for line in leftovers.lines { Console.error("  \(line)") }
    }

    /// Writes run.json; a disk that is full takes away the file, not the verdict.
    private func write(_ file: RunFile, _ directory: RunDirectory) {
        do {
            try directory.write(file.text, to: "run.json")
        } catch {
            Console.error("ordeal: run.json could not be written: \(error.localizedDescription)")
        }
    }

    /// Tells how it came out: the verdict on standard output, what went wrong on standard error.
    private func show(_ verification: Verification, _ file: RunFile, _ directory: RunDirectory) {
        verification.show(json: options.json, file: file)
        switch file.ending {
        case .completed, nil: break
        case .interrupted: Console.error("ordeal: interrupted")
        case .failed(let why): Console.error("ordeal: the run failed: \(why)")
        case .diskFull(let why): Console.error("ordeal: the run was cut short: \(why)")
        case .violated(let what):
            Console.error("ordeal: stopped at the first violation: \(what)")
        }
        if !options.json {
            Console.show("evidence and reports: \(directory.path)")
            guard file.ending == .completed else { return }
            Console.show("\(file.beyondWorkload) beyond the \(plan.workload.duration) of traffic")
        }
    }

    /// The command that does the same again, ready to be pasted into a shell.
    private var command: String {
        var words = ["ordeal", "run", planPath, "--seed", String(plan.seed)]
        if options.runs != RunOptions.runsDefault {
            words += ["--runs", options.runs]
        }
        if options.port != RunOptions.portDefault {
            words += ["--port", String(options.port)]
        }
        return words.map(ShellWord.quoted).joined(separator: " ")
    }
}
