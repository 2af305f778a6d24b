import Checkers
import Evidence

extension RunReport {
    /// The text of `report.html`: one file that needs nothing else.
    public var html: String {
        let tone = exitCode == 0 ? "good" : exitCode == 1 ? "bad" : "warn"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Texts.xml(facts.plan)): \(outcome.result)</title>
            <style>
            \(HTMLStyle.text)
            </style>
            </head>
            <body>
            <main>
            <h1>\(Texts.xml(facts.plan))</h1>
            <p>\(Texts.xml(facts.description))</p>
            <p class="mute">Run <code>\(Texts.xml(facts.run))</code>, seed \(facts.seed)\
            \(facts.started.isEmpty ? "" : ", \(Texts.xml(facts.started))")</p>
            <p class="result \(tone)">\(outcome.result), exit code \(exitCode)</p>
            \(numbers)
            <h2>Guarantees</h2>
            \(table)
            <h2>What happened</h2>
            <div class="scroll">
            \(TimelineSVG(history).text)</div>
            \(findings)
            \(evidenceSection)
            <h2>Repeat it</h2>
            <pre>\(Texts.xml(facts.command))</pre>
            <p class="note">The same seed gives the same fault timetable and the same choices; not the
            same interleaving of processes.</p>
            \(phaseTable)
            <h2>The plan, with every default</h2>
            <pre>\(Texts.xml(facts.planText))</pre>
            \(versions)
            </main>
            </body>
            </html>

            """
    }

    // MARK: Sections

    private var numbers: String {
        let cells = totals.map { "<div><b>\(Texts.grouped($0.value))</b>\($0.name)</div>" }
        let lines = measured.map { "\n<p class=\"mute\">\(Texts.xml($0))</p>" }
        return "<div class=\"numbers\">\(cells.joined())</div>\(lines.joined())"
    }

    private var table: String {
        var text = """
            <div class="scroll"><table>
            <tr><th>Code</th><th>Guarantee</th><th>Verdict</th><th class="number">Cases</th>\
            <th>Counted</th></tr>

            """
        for judgement in asked {
            let counts = judgement.counts.map { "\(Texts.grouped($0.value)) \($0.name)" }
            text += """
                <tr><td><code>\(judgement.code)</code></td>\
                <td>\(judgement.name)<br><span class="mute">\(judgement.subject.promise)</span></td>\
                <td class="verdict \(tone(judgement))">\(Texts.xml(verdict(judgement)))</td>\
                <td class="number">\(Texts.grouped(judgement.cases))</td>\
                <td class="mute">\(Texts.xml(counts.joined(separator: ", ")))</td></tr>

                """
        }
        let others = outcome.judgements.filter { $0.verdict == .notChecked }
        let names = others.map { "\($0.code) \($0.name)" }.joined(separator: ", ")
        return text + "</table></div>\n"
            + (others.isEmpty ? "" : "<p class=\"note\">Not asked for: \(names).</p>")
    }

    private var findings: String {
        var text = ""
        for judgement in asked where !judgement.findings.isEmpty {
            text += "<h3>\(judgement.code) \(judgement.name)</h3>\n"
            let ordered = judgement.ordered
            for (place, finding) in ordered.enumerated() {
                text += details(finding, isOpen: place < 3)
            }
            text += journey(ordered)
            if judgement.omitted > 0 {
                text += "<p class=\"note\">and \(Texts.grouped(judgement.omitted)) more.</p>\n"
            }
        }
        return text.isEmpty ? "" : "<h2>Findings</h2>\n\(text)"
    }

    /// The journey of the first message of a violation; empty where there is none.
    private func journey(_ findings: [Finding]) -> String {
        let broken = findings.first { $0.kind == .violation && !$0.messages.isEmpty }
        guard let message = broken?.messages.first, let identity = MessageIdentity(message),
            let journey = Journey(of: identity, in: self)
        else { return "" }
        let name = Texts.xml(message)
        return """
            <details><summary>The journey of <code>\(name)</code></summary>\
            <pre>\(Texts.xml(journey.text))</pre></details>
            <p class="note">Of any other: <code>ordeal explain RUN MESSAGE</code></p>

            """
    }

    private func details(_ finding: Finding, isOpen: Bool) -> String {
        var rows = ""
        if !finding.messages.isEmpty {
            let messages = finding.messages.map { "<code>\(Texts.xml($0))</code>" }
            rows += "<li>Messages: \(messages.joined(separator: ", "))</li>"
        }
        if !finding.users.isEmpty {
            rows += "<li>Users: \(Texts.xml(finding.users.joined(separator: ", ")))</li>"
        }
        if !finding.faults.isEmpty {
            rows +=
                "<li>Faults active then: \(Texts.xml(finding.faults.joined(separator: ", ")))</li>"
        }
        let witnesses = finding.witnesses.map { "<code class=\"witness\">\(witness($0))</code>" }
        if !witnesses.isEmpty {
            rows += "<li>Records: \(witnesses.joined())</li>"
        }
        return """
            <details\(isOpen ? " open" : "")><summary><b>\(finding.kind.rawValue)</b>: \
            \(Texts.xml(finding.summary))</summary><ul>\(rows)</ul></details>

            """
    }

    private func witness(_ reference: RecordReference) -> String {
        guard let index = history.index(of: reference) else { return Texts.xml("\(reference)") }
        let record = history.records[index]
        let sentence = RecordSentence.text(record.event, record.fields)
        let time = Texts.seconds(sinceStart(record.time))
        return Texts.xml("\(time)  \(reference)  \(record.event.rawValue): \(sentence)")
    }

    private var evidenceSection: String {
        let report = history.completeness
        guard !report.isComplete else { return "" }
        let sentences =
            report.gaps.map { "Missing: \($0)" } + report.damageSentences + report.problems
        let shown = sentences.prefix(100).map { "<li>\(Texts.xml($0))</li>" }.joined(
            separator: "\n"
        )
        let left = sentences.count - 100
        return """
            <h2>What is missing of the evidence</h2>
            <ul>\(shown)\(left > 0 ? "<li>and \(Texts.grouped(left)) more</li>" : "")</ul>
            """
    }

    private var phaseTable: String {
        guard !facts.phases.isEmpty else { return "" }
        let rows = facts.phases.map {
            "<tr><td>\(Texts.xml($0.name))</td><td class=\"number\">\(Texts.seconds($0.duration))</td></tr>"
        }
        return """
            <h2>Where the time went</h2>
            <table style="max-width:340px">\(rows.joined(separator: "\n"))</table>
            """
    }

    private var versions: String {
        let all = facts.versions.map { "\(Texts.xml($0.name)) \(Texts.xml($0.version))" }
        return all.isEmpty ? "" : "<p class=\"note\">\(all.joined(separator: " · "))</p>"
    }

    private func tone(_ judgement: Judgement) -> String {
        switch outcome.comparison(judgement) {
        case .passed: "good"
        case .failed, .unexpectedlyHolds: "bad"
        case .unproved, .invalid: "warn"
        case .notChecked: "mute"
        }
    }
}
