import Checkers
import Evidence
import JournalReading
import Planning
import Report

/// The judgement on a run, made from its journal files alone.
struct Verification {
    /// What the records say.
    let history: History
    /// The verdicts.
    let outcome: RunOutcome
    /// The run's plan, where the journal still has it.
    let plan: Plan?
    /// The command that makes the run again, where it is known.
    private let command: String?
    /// The run's id, or the folder's name where no record is left.
    let run: String

    /// Reads and judges.
    ///
    /// - Parameters:
    ///   - journal: the folder of the journal files.
    ///   - asked: the guarantees to judge in place of those that the plan expects; empty: the plan's.
    /// - Throws: `ReadError` where the folder cannot be listed.
    init(journal: String, asked: [Guarantee] = [], command: String? = nil) throws {
        self.command = command
        var contents = try JournalDirectory.read(journal)
        let first = contents.records.first { $0.event == .runStarted }
        let run = first?.run ?? contents.records.first?.run ?? "unknown"
        self.run = run
        let others = contents.records.count { $0.run != run }
        if others > 0 {
            contents.records.removeAll { $0.run != run }
            let why = "\(others) records of other runs are in the folder and are left out"
            contents.damage.append(.malformedRecord(place: "run \(run)", why: why))
        }
        do throws(PlanErrors) {
            plan = try first?[.plan].map { text throws(PlanErrors) in
                try PlanLoader.load(text: text, file: "plan")
            }
        } catch {
            // Without its plan nobody knows what the run promised: that is evidence lost.
            plan = nil
            let why = "its plan cannot be read: \(error)"
            contents.damage.append(.malformedRecord(place: "run-started", why: why))
        }
        let history = History(records: contents.records, damage: contents.damage)
        self.history = history
        var settings = plan.map { CheckSettings($0, run: run) } ?? CheckSettings()
        if !asked.isEmpty {
            settings.expectations = CheckSettings.holding(asked)
        } else if plan == nil {
            let servers = Set(history.roles.map { history.incarnations[$0.incarnation].id.node })
            let promises = Guarantee.promises(servers: servers.count)
            settings.expectations = CheckSettings.holding(promises)
        }
        outcome = Judge(history, settings: settings).outcome()
    }

    /// The report of it.
    func report(_ file: RunFile? = nil) -> RunReport {
        let facts = RunFacts(
            run: run,
            plan: plan?.name ?? "",
            description: plan?.description ?? "",
            seed: plan?.seed ?? 0,
            command: file?.command ?? command ?? "ordeal run plan.yaml",
            planText: plan?.yaml ?? "",
            started: file?.beganText ?? "",
            versions: [.init(name: "ordeal", version: Version.text)],
            phases: file?.phases.phases.map { .init(name: $0.name, duration: $0.duration) } ?? []
        )
        return RunReport(outcome: outcome, history: history, facts: facts)
    }

    /// Writes the verdicts to standard output.
    func show(json: Bool, file: RunFile? = nil) {
        let report = report(file)
        Console.show(json ? report.verdictJSON : report.terminalText(colour: Console.hasColour))
    }
}
