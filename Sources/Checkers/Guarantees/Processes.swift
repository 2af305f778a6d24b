import Evidence

/// P1 processes: no node ended but by a fault or as planned; no sanitizer report, no crash, no forbidden
/// text on an output.
///
/// Time: one step for each record of the orchestrator; memory: none besides the history.
enum Processes: Detector {
    static let sources: Set<EvidenceSource> = [.orchestrator]

    /// What sanitizers and crashing runtimes write.
    static let crashMarks = [
        "ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer",
        "ERROR: ThreadSanitizer", "SUMMARY: UndefinedBehaviorSanitizer", ": runtime error: ",
        "Fatal error:", "*** Program crashed", "*** Signal ", "panic: ", "thread panicked at",
    ]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        for incarnation in history.incarnations {
            if incarnation.spawned != nil {
                findings.cases += 1
            }
            guard findings.spend(1), let exited = incarnation.exited else { continue }
            judge(incarnation, exited, context, &findings)
        }
        let forbidden = crashMarks + context.settings.forbiddenOutput
        for index in history.records.indices where history.records.event(index) == .output {
            guard findings.spend(forbidden.count) else { return }
            let line = history.records.text(index, .line) ?? ""
            guard let mark = forbidden.first(where: line.contains) else { continue }
            findings.violation(
                .init(
                    summary:
                        "\(history.records.text(index, .target) ?? "a node") wrote \"\(mark)\": \(line.prefix(200))",
                    records: [index]
                ),
                excuse: .never
            )
        }
    }

    private static func judge(
        _ incarnation: History.Incarnation,
        _ exited: Int,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let record = context.history.records[exited]
        let status = record.integer(.status) ?? 0
        guard let cause = record[.cause].flatMap(ExitCause.init) else { return }
        let how: String
        switch cause {
        case .stopped:
            findings.count("stopped")
            return
        case .injected:
            findings.count("ended by a fault")
            return
        case .exit:
            if status == 0, context.settings.mayExit.contains(incarnation.id.node) {
                findings.count("ended as planned")
                return
            }
            how = "exited by itself with status \(status)"
        case .signal:
            how = "was ended by signal \(status), which no fault sent"
        }
        let why = record[.reason].map { ": \($0)" } ?? ""
        findings.violation(
            .init(
                summary: "\(incarnation.id) \(how)\(why)",
                records: [exited, incarnation.spawned],
                time: record.time...record.time
            ),
            excuse: .never
        )
    }
}
