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
    /// How long each step took.
    let timing: VerificationTiming

    /// Reads and judges.
    ///
    /// - Parameters:
    ///   - journal: the folder of the journal files.
    ///   - asksPrograms: whether the programs of the plan's own guarantees are run; else those are unproved.
    ///   - asked: the guarantees to judge in place of those that the plan expects; empty: the plan's.
    /// - Throws: `ReadError` where the folder cannot be listed.
    init(
        journal: String,
        asked: [Guarantee] = [],
        asksPrograms: Bool = false,
        command: String? = nil
    ) throws {
        self.command = command
        var timing = VerificationTiming()
        var contents = try timing.measure("read") { try EvidenceInput.read(journal) }
        var records = contents.records
        // It is there once: who holds it, changes it in place.
        contents.records = RecordTable()
        let first = records.indices.first { records.event($0) == .runStarted }.map { records[$0] }
        let run = first?.run ?? (records.isEmpty ? "unknown" : records.run(0))
        self.run = run
        if let mixed = Self.mixed(run, &records) {
            contents.damage.append(mixed)
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
        timing.records = records.count
        let damage = contents.damage
        let history = timing.measure("relate") {
            let table = records
            records = RecordTable()
            return History(table: consume table, damage: damage)
        }
        self.history = history
        var settings = plan.map { CheckSettings($0, run: run) } ?? CheckSettings()
        if !asked.isEmpty {
            settings.expectations = CheckSettings.holding(asked)
        } else if plan == nil {
            let servers = Set(history.roles.map { history.incarnations[$0.incarnation].id.node })
            let promises = Guarantee.promises(servers: servers.count)
            settings.expectations = CheckSettings.holding(promises)
        }
        let judged = Judge(history, settings: settings).outcome { guarantee, judge in
            timing.measure(guarantee.code, judge)
        }
        var own: [Judgement] = []
        if asked.isEmpty, let plan {
            for (index, expectation) in plan.own.enumerated() {
                let guarantee = OwnGuarantee(place: index + 1, expectation)
                let program = OwnProgram(words: expectation.run, limit: expectation.within)
                own.append(
                    asksPrograms
                        ? timing.measure(guarantee.code) {
                            OwnAnswer.judgement(on: guarantee, asking: program, history)
                        }
                        : guarantee.unproved("its program was not asked: `ordeal check --own` does")
                )
            }
        }
        outcome = judged.adding(own)
        self.timing = timing
    }

    /// Leaves out the records of other runs than this one, and says so; nil where there are none.
    private static func mixed(_ run: String, _ records: inout RecordTable) -> Damage? {
        let others = records.runs.filter { $0 != run }
        guard let other = others.first else { return nil }
        let count = records.keep(run: run)
        let names = other + (others.count > 1 ? " and \(others.count - 1) more" : "")
        return .foreignRuns(run: run, others: names, records: count)
    }

    /// The report of it.
    func report(_ file: RunFile? = nil) -> RunReport {
        let facts = RunFacts(
            run: run,
            plan: plan?.name ?? "",
            description: plan?.description ?? "",
            seed: plan?.seed ?? 0,
            command: file?.command ?? command ?? (plan == nil ? "" : "ordeal run plan.yaml"),
            planText: plan?.yaml ?? "",
            started: file?.beganText ?? "",
            versions: [.init(name: "ordeal", version: Version.text)],
            phases: file?.phases.phases.map { .init(name: $0.name, duration: $0.duration) } ?? [],
            exitCode: file?.ending == .interrupted ? ExitStatus.interrupted : nil,
            notices: [file?.online?.notice].compactMap(\.self)
        )
        return RunReport(outcome: outcome, history: history, facts: facts)
    }

    /// Writes the verdicts to standard output.
    func show(json: Bool, file: RunFile? = nil) {
        let report = report(file)
        Console.show(json ? report.verdictJSON : report.terminalText(colour: Console.hasColour))
    }
}
