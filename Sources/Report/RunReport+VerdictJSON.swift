import Checkers
import Evidence

extension RunReport {
    /// The version of the form of `verdict.json`; it rises when a member changes its meaning.
    static let verdictFormat = 1

    /// The text of `verdict.json`; docs/guarantees.md says what each member means.
    ///
    /// Times are seconds since the run's first record. Lists of findings are cut as the judgements say;
    /// `omitted` tells by how many.
    public var verdictJSON: String {
        JSONText.object([
            ("format", .count(Self.verdictFormat)),
            ("run", .text(facts.run)),
            ("plan", .text(facts.plan)),
            ("seed", .text(String(facts.seed))),
            ("started", .text(facts.started)),
            ("command", .text(facts.command)),
            ("result", .text(outcome.result)),
            ("exitCode", .number(Int64(exitCode))),
            ("counts", .object(totals.map { ($0.name, .count($0.value)) })),
            ("guarantees", .list(outcome.judgements.map(guarantee))),
            ("faults", .list(history.faults.map(fault))),
            ("evidence", evidence),
            (
                "phases",
                .list(
                    facts.phases.map {
                        .object([
                            ("name", .text($0.name)),
                            ("seconds", .decimal(Texts.decimal($0.duration))),
                        ])
                    }
                )
            ),
            (
                "versions",
                .object(facts.versions.map { ($0.name, .text($0.version)) })
            ),
        ]).document
    }

    private func guarantee(_ judgement: Judgement) -> JSONText {
        let expected = outcome.expected(judgement)
        var members: [(String, JSONText)] = [
            ("code", .text(judgement.code)),
            ("name", .text(judgement.name)),
            ("verdict", .text(judgement.verdict.word)),
        ]
        guard judgement.verdict != .notChecked else { return .object(members) }
        members += [
            ("reason", judgement.verdict.reason.map { .text($0) } ?? .null),
            ("expected", expected.map { .text($0.rawValue) } ?? .null),
            ("comparison", .text(outcome.comparison(judgement).rawValue)),
            ("cases", .count(judgement.cases)),
            ("counts", .object(judgement.counts.map { ($0.name, .count($0.value)) })),
            (
                "totals",
                .object(
                    Finding.Kind.allCases.map {
                        ($0.rawValue, .count(judgement.totals[$0, default: 0]))
                    }
                )
            ),
            ("omitted", .count(judgement.omitted)),
            ("findings", .list(judgement.findings.map(finding))),
        ]
        return .object(members)
    }

    private func finding(_ finding: Finding) -> JSONText {
        .object([
            ("kind", .text(finding.kind.rawValue)),
            ("summary", .text(finding.summary)),
            ("messages", .texts(finding.messages)),
            ("users", .texts(finding.users)),
            ("faults", .texts(finding.faults)),
            ("witnesses", .list(finding.witnesses.map(witness))),
        ])
    }

    private func witness(_ reference: RecordReference) -> JSONText {
        let record = history.index(of: reference).map { history.records[$0] }
        return .object([
            ("node", .text(reference.node)),
            ("incarnation", .count(reference.incarnation)),
            ("sequence", .number(reference.sequence)),
            ("event", record.map { .text($0.event.rawValue) } ?? .null),
            ("seconds", record.map { seconds($0.time) } ?? .null),
        ])
    }

    private func fault(_ fault: History.Fault) -> JSONText {
        func time(_ record: Int?) -> JSONText {
            record.map { seconds(history.time($0)) } ?? .null
        }
        return .object([
            ("id", .text(fault.id)),
            ("kind", .text(fault.kind)),
            ("targets", .texts(fault.targets)),
            ("links", .texts(fault.links.map(\.description))),
            ("intended", time(fault.intended)),
            ("applied", time(fault.applied)),
            ("verified", time(fault.verified)),
            ("over", fault.until.map { seconds($0) } ?? .null),
            ("unexercised", .flag(fault.unexercised != nil)),
            ("failures", .texts(fault.failures.map { history.records[$0][.reason] ?? "" })),
        ])
    }

    private var evidence: JSONText {
        let report = history.completeness
        return .object([
            ("complete", .flag(report.isComplete)),
            (
                "gaps",
                .list(
                    report.gaps.prefix(1000).map { gap in
                        .object([
                            ("node", .text(gap.incarnation.node)),
                            ("incarnation", .count(gap.incarnation.incarnation)),
                            ("from", .number(gap.from)),
                            ("through", gap.through.map { .number($0) } ?? .null),
                        ])
                    }
                )
            ),
            ("gapsOmitted", .count(max(0, report.gaps.count - 1000))),
            ("problems", .texts(report.damageSentences + report.problems)),
        ])
    }

    private func seconds(_ time: Instant) -> JSONText {
        .decimal(Texts.decimal(sinceStart(time)))
    }
}
