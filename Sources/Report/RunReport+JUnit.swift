import Checkers
import Evidence

extension RunReport {
    /// The text of `junit.xml`: one test case for each guarantee that the plan asked for.
    ///
    /// Violated, or holding where it should not, is a failure; unproved and invalid are errors. What
    /// was not asked is left out.
    public var junitXML: String {
        let cases = asked
        let comparisons = cases.map(outcome.comparison)
        let failures = comparisons.filter { $0 == .failed || $0 == .unexpectedlyHolds }.count
        let errors = comparisons.filter { $0 == .unproved || $0 == .invalid }.count
        let time = Texts.decimal(history.end - history.start)
        let numbers = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(numbers) time="\(time)">
              <testsuite name="\(Texts.xml(facts.plan))" \(numbers) time="\(time)">
                <properties>
                  <property name="run" value="\(Texts.xml(facts.run))"/>
                  <property name="seed" value="\(facts.seed)"/>
                  <property name="command" value="\(Texts.xml(facts.command))"/>
                </properties>

            """
        for judgement in cases {
            text += testCase(judgement)
        }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private func testCase(_ judgement: Judgement) -> String {
        let head =
            "    <testcase classname=\"\(Texts.xml(facts.plan))\" "
            + "name=\"\(judgement.code) \(judgement.name)\""
        let comparison = outcome.comparison(judgement)
        let element: String
        let message: String
        switch comparison {
        case .passed, .notChecked: return head + "/>\n"
        case .failed: (element, message) = ("failure", "violated")
        case .unexpectedlyHolds: (element, message) = ("failure", "unexpectedly holds")
        case .unproved:
            (element, message) = ("error", "unproved: \(judgement.verdict.reason ?? "")")
        case .invalid:
            (element, message) = ("error", "invalid experiment: \(judgement.verdict.reason ?? "")")
        }
        let body = findingLines(judgement, max: 20).joined(separator: "\n")
        return """
            \(head)>
                  <\(element) type="\(comparison.rawValue)" message="\(Texts.xml(message))">\(Texts.xml(body))</\(element)>
                </testcase>

            """
    }

    /// The findings of a judgement, a line each, with what is left out.
    func findingLines(_ judgement: Judgement, max: Int) -> [String] {
        let findings = judgement.ordered
        var lines = findings.prefix(max).map { finding in
            let faults =
                finding.faults.isEmpty ? "" : "; active: \(finding.faults.joined(separator: ", "))"
            let witnesses = finding.witnesses.map(\.description).joined(separator: " ")
            return finding.summary + (witnesses.isEmpty ? "" : " [\(witnesses)]") + faults
        }
        let left = judgement.omitted + judgement.findings.count - lines.count
        if left > 0 {
            lines.append("and \(Texts.grouped(left)) more")
        }
        return lines
    }
}

extension Judgement {
    /// The findings as reports show them: what decides comes first, and of that the shortest witness.
    var ordered: [Finding] {
        func length(_ finding: Finding) -> Int {
            finding.witnesses.isEmpty ? .max : finding.witnesses.count
        }
        return findings.sorted {
            $0.kind.weight == $1.kind.weight
                ? length($0) < length($1) : $0.kind.weight > $1.kind.weight
        }
    }
}

extension Finding.Kind {
    /// How much it weighs: what decides comes first in a report.
    var weight: Int {
        switch self {
        case .violation: 3
        case .invalid: 2
        case .unproved: 1
        case .warning: 0
        }
    }
}
