import Evidence

/// E1 evidence: the evidence is complete; else unproved.
///
/// What complete means is said in `CompletenessReport`. Time: linear in the number of gaps.
enum CompleteEvidence: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .servers, .orchestrator, .bystanders]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let report = context.history.completeness
        findings.cases = context.history.incarnations.count
        findings.count("records", context.history.records.count)
        findings.count("incarnations", context.history.incarnations.count)
        for gap in report.gaps {
            findings.unproved("records are missing: \(gap)", .init(summary: ""))
        }
        for sentence in report.damageSentences + report.problems {
            findings.unproved(sentence, .init(summary: ""))
        }
    }
}
