import Evidence

/// E2 experiment: every planned fault was applied where the plan says, verified in force and verified
/// healed, and every node got ready; else the experiment is invalid.
///
/// A crash is healed when the node is ready again. A fault that met no traffic is unexercised: a
/// warning, or a failure where the plan says that it must be exercised. Time: linear in the number of
/// faults and incarnations.
enum Experiment: Detector {
    static let sources: Set<EvidenceSource> = [.orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        let faults = Dictionary(history.faults.map { ($0.id, $0) }) { first, _ in first }
        let planned =
            context.settings.plannedFaults
            ?? history.faults.map { fault in
                CheckSettings.PlannedFault(
                    id: fault.id,
                    summary: fault.summary,
                    heals: !staysDown(fault, history)
                )
            }
        for plan in planned {
            findings.cases += 1
            guard let fault = faults[plan.id] else {
                if let cutShort = history.completeness.cutShort {
                    findings.unproved(
                        "fault \(plan.id) was still to come: \(cutShort)",
                        .init(summary: "Fault \(plan.id) (\(plan.summary)) was still to come")
                    )
                } else {
                    note("was never applied", plan, [], &findings)
                }
                continue
            }
            judge(fault, plan, context, &findings)
        }
        // Faults that were injected by hand or drawn in the run, besides those of the plan.
        let plannedIDs = Set(planned.map(\.id))
        for fault in history.faults where !plannedIDs.contains(fault.id) {
            findings.cases += 1
            let plan = CheckSettings.PlannedFault(
                id: fault.id,
                summary: fault.summary,
                heals: !staysDown(fault, history)
            )
            judge(fault, plan, context, &findings)
        }
        judgeReadiness(context, &findings)
    }

    private static func judge(
        _ fault: History.Fault,
        _ plan: CheckSettings.PlannedFault,
        _ context: CheckContext,
        _ findings: inout Findings
    ) {
        let history = context.history
        let begin = fault.intended ?? fault.applied
        for failure in fault.failures {
            let why = history.records.text(failure, .reason) ?? "no reason given"
            note("failed: \(why)", plan, [failure, begin], &findings)
        }
        guard fault.failures.isEmpty else { return }
        let isWhole = history.completeness.cutShort == nil
        if let difference = plan.difference(from: fault, isWhole: isWhole) {
            note(difference, plan, [begin], &findings)
        } else if fault.applied == nil {
            note("was never applied", plan, [begin], &findings)
        } else if fault.verified == nil {
            note("was not seen in force", plan, [fault.applied], &findings)
        } else if plan.heals, !isHealed(fault, history) {
            note("was not seen healed", plan, [fault.applied, fault.healed], &findings)
        } else {
            findings.count("faults verified")
        }
        guard let unexercised = fault.unexercised else { return }
        if plan.mustBeExercised {
            note("met no traffic", plan, [unexercised, fault.applied], &findings)
        } else {
            findings.warning(
                .init(
                    summary: "Fault \(plan.id) (\(plan.summary)) met no traffic",
                    records: [unexercised]
                )
            )
        }
    }

    private static func note(
        _ what: String,
        _ plan: CheckSettings.PlannedFault,
        _ records: [Int?],
        _ findings: inout Findings
    ) {
        findings.invalid(
            .init(summary: "Fault \(plan.id) (\(plan.summary)) \(what)", records: records),
            excuse: .missing([.orchestrator])
        )
    }

    /// Whether a fault was seen healed; a crash also by its nodes' being ready again.
    private static func isHealed(_ fault: History.Fault, _ history: History) -> Bool {
        guard !fault.ended.isEmpty else { return fault.healVerified != nil }
        let isRestarted = fault.ended.allSatisfy { history.incarnations[$0].isFollowed }
        return fault.until != nil && (fault.healVerified != nil || isRestarted)
    }

    /// Whether a crash left its nodes down, with nobody starting them again.
    private static func staysDown(_ fault: History.Fault, _ history: History) -> Bool {
        fault.isCrash && fault.ended.allSatisfy { !history.incarnations[$0].isFollowed }
    }

    private static func judgeReadiness(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        for node in context.settings.mustBeReady {
            findings.cases += 1
            let starts = history.incarnations.filter { $0.id.node == node }
            if starts.contains(where: { $0.ready != nil }) { continue }
            if starts.isEmpty, let cutShort = history.completeness.cutShort {
                findings.unproved(
                    "\(node) was still to be started: \(cutShort)",
                    .init(summary: "\(node) was still to be started")
                )
                continue
            }
            findings.invalid(
                .init(
                    summary: "\(node) never became ready",
                    records: starts.flatMap { [$0.spawned, $0.exited] }
                ),
                excuse: .missing([.orchestrator])
            )
        }
    }
}
