import Checkers
import Evidence

extension RunReport {
    /// The verdict table for a terminal, with findings and the command that repeats the run.
    ///
    /// `colour` adds ANSI colours; whether to is the caller's matter (a terminal, `NO_COLOR`).
    public func terminalText(colour: Bool) -> String {
        history.records.isEmpty ? nothingText(colour) : tableText(colour)
    }

    /// What there is to say where no record is: why, and what follows of it.
    private func nothingText(_ colour: Bool) -> String {
        let causes = history.completeness.damageSentences + history.completeness.problems
        let lines = causes.map { "  \(Texts.terminal($0))\n" }.joined()
        return "\nthere is no record to judge:\n" + lines + "\n" + ending(colour)
    }

    private func ending(_ colour: Bool) -> String {
        paint(outcome.result, exitCode == 0 ? .passed : .failed, colour)
            + " (exit code \(exitCode))\n"
    }

    private func tableText(_ colour: Bool) -> String {
        let rows = asked.map { judgement in
            Row(
                judgement: judgement,
                comparison: outcome.comparison(judgement),
                name: "\(judgement.code)  \(judgement.name)",
                cases: Texts.grouped(judgement.cases)
            )
        }
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let casesWidth = max(5, rows.map(\.cases.count).max() ?? 0)
        var text =
            "\n  " + Texts.padded("guarantee", nameWidth) + "  "
            + Texts.padded("cases", casesWidth, right: true) + "  verdict\n"
        for row in rows {
            text += "  " + Texts.padded(row.name, nameWidth) + "  "
            text += Texts.padded(row.cases, casesWidth, right: true) + "  "
            var lines = row.comparison == .passed ? [] : findingLines(row.judgement, max: 5)
            // A cause is said once: beside its verdict.
            if let reason = row.judgement.verdict.reason, let first = lines.first,
                reason == first || reason.hasPrefix("\(first), and ")
            {
                lines.removeFirst()
            }
            text += paint(verdictText(row), row.comparison, colour) + "\n"
            for line in lines {
                text += "      \(Texts.terminal(line))\n"
            }
        }
        text +=
            "\n" + totals.map { "\(Texts.grouped($0.value)) \($0.name)" }.joined(separator: ", ")
        text += measured.map { "\n\($0)" }.joined()
        if !facts.command.isEmpty {
            text += "\nrepeat: \(Texts.terminal(facts.command))"
        }
        return text + "\n" + ending(colour)
    }

    private struct Row {
        let judgement: Judgement
        let comparison: RunOutcome.Comparison
        let name: String
        let cases: String
    }

    private func verdictText(_ row: Row) -> String {
        let word = row.judgement.verdict.word
        switch row.comparison {
        case .passed:
            return row.judgement.verdict == .violated ? "violated, as expected" : word
        case .unexpectedlyHolds: return "unexpectedly holds"
        case .failed: return "violated"
        case .unproved, .invalid:
            return "\(word): \(Texts.terminal(row.judgement.verdict.reason ?? ""))"
        case .notChecked: return word
        }
    }

    private func paint(
        _ text: String,
        _ comparison: RunOutcome.Comparison,
        _ colour: Bool
    ) -> String {
        guard colour else { return text }
        let code =
            switch comparison {
            case .passed: "32"
            case .failed, .unexpectedlyHolds: "1;31"
            case .unproved, .invalid: "33"
            case .notChecked: "2"
            }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }
}
