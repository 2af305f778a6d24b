import Checkers
import Evidence

extension RunReport {
    /// The text of `summary.md`, for the summary of a CI job.
    public var summaryMarkdown: String {
        let mark = exitCode == 0 ? "✅" : exitCode == 1 ? "❌" : "⚠️"
        var text =
            "## \(mark) \(Texts.markdown(facts.plan)): \(outcome.result) (exit code \(exitCode))\n\n"
        if !facts.description.isEmpty {
            text += Texts.markdown(facts.description) + "\n\n"
        }
        text += "| | guarantee | verdict | cases | findings |\n|---|---|---|---:|---:|\n"
        for judgement in asked {
            let found = judgement.totals.values.reduce(0, +)
            text +=
                "| \(sign(judgement)) | \(judgement.code) \(judgement.name) "
                + "| \(Texts.markdown(verdict(judgement))) | \(Texts.grouped(judgement.cases)) "
                + "| \(found == 0 ? "" : Texts.grouped(found)) |\n"
        }
        for judgement in asked where !judgement.findings.isEmpty {
            text += "\n### \(judgement.code) \(judgement.name)\n\n"
            for line in findingLines(judgement, max: 10) {
                text += "- \(Texts.markdown(line))\n"
            }
        }
        text +=
            "\n" + totals.map { "\(Texts.grouped($0.value)) \($0.name)" }.joined(separator: ", ")
        text += "." + measured.map { "\n\n\(Texts.markdown($0))." }.joined()
        text += "\n\nRepeat it:\n\n```sh\n\(facts.command.replacingFences)\n```\n"
        return text
    }

    /// The verdict with its reason and what was expected, in words.
    func verdict(_ judgement: Judgement) -> String {
        let word = judgement.verdict.word
        return switch outcome.comparison(judgement) {
        case .passed: judgement.verdict == .violated ? "violated, as expected" : word
        case .unexpectedlyHolds: "unexpectedly holds"
        case .failed, .notChecked: word
        case .unproved, .invalid: "\(word): \(judgement.verdict.reason ?? "")"
        }
    }

    private func sign(_ judgement: Judgement) -> String {
        switch outcome.comparison(judgement) {
        case .passed: "✅"
        case .failed, .unexpectedlyHolds: "❌"
        case .unproved, .invalid: "⚠️"
        case .notChecked: ""
        }
    }
}

extension String {
    /// The text without a sequence that would end a fenced block.
    fileprivate var replacingFences: String {
        split(separator: "\n").joined(separator: " ").split(separator: "```").joined(separator: " ")
    }
}
