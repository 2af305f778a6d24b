import Checkers
import Evidence
import Foundation
import FoundationXML
import Report
import Testing

@Suite struct ReportTests {
    private final class Elements: NSObject, XMLParserDelegate {
        var names: [String] = []
        var attributes: [[String: String]] = []

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            names.append(name)
            self.attributes.append(attributes)
        }
    }

    private func elements(_ xml: String) -> Elements {
        let parser = XMLParser(data: Data(xml.utf8))
        let elements = Elements()
        parser.delegate = elements
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        return elements
    }

    @Test("verdict.json is JSON, says what came out, and counts sends and deliveries")
    func verdict() throws {
        let report = SmallRun.report(deliveries: 3)
        let object = try JSONSerialization.jsonObject(with: Data(report.verdictJSON.utf8))
        let verdict = try #require(object as? [String: Any])
        #expect(verdict["exitCode"] as? Int == 1)
        #expect(verdict["result"] as? String == "failed")
        #expect(verdict["seed"] as? String == "18446744073709551615")
        let counts = try #require(verdict["counts"] as? [String: Int])
        #expect(counts["deliveries"] == 3)
        #expect(counts["sends"] == 1)
        #expect(counts["acknowledged"] == 1)
        let guarantees = try #require(verdict["guarantees"] as? [[String: Any]])
        #expect(guarantees.map { $0["code"] as? String } == Guarantee.allCases.map(\.code))
        let duplication = try #require(guarantees.first { $0["code"] as? String == "D2" })
        #expect(duplication["verdict"] as? String == "violated")
        #expect(duplication["cases"] as? Int == 3)
        let findings = try #require(duplication["findings"] as? [[String: Any]])
        #expect(findings.count == 2)
        #expect(findings[0]["users"] as? [String] == [SmallRun.user])
        #expect(findings[0]["messages"] as? [String] == ["\(SmallRun.user)/s/1"])
        #expect((findings[0]["faults"] as? [String])?.first?.hasPrefix("f1 ") == true)
        let witnesses = try #require(findings[0]["witnesses"] as? [[String: Any]])
        #expect(witnesses.map { $0["event"] as? String } == ["deliver", "deliver"])
    }

    @Test("the same run gives the same texts")
    func deterministic() {
        let first = SmallRun.report(deliveries: 2)
        let second = SmallRun.report(deliveries: 2)
        #expect(first.verdictJSON == second.verdictJSON)
        #expect(first.html == second.html)
        #expect(first.junitXML == second.junitXML)
        #expect(first.summaryMarkdown == second.summaryMarkdown)
    }

    @Test("junit.xml is well-formed and has one case for each guarantee that was asked for")
    func junit() {
        let passed = elements(SmallRun.report(deliveries: 1).junitXML)
        #expect(passed.names.filter { $0 == "testcase" }.count == 5)
        #expect(!passed.names.contains("failure"))
        let failed = elements(SmallRun.report(deliveries: 2).junitXML)
        #expect(failed.names.filter { $0 == "failure" }.count == 1)
        #expect(failed.attributes[0]["failures"] == "1")
    }

    @Test("what is left out of a list is said, in every output")
    func more() {
        let report = SmallRun.report(deliveries: 51)
        #expect(report.verdictJSON.contains("\"omitted\": 30"))
        #expect(report.terminalText(colour: false).contains("and 45 more"))
        #expect(report.summaryMarkdown.contains("and 40 more"))
        #expect(report.junitXML.contains("and 30 more"))
        #expect(report.html.contains("and 30 more"))
    }

    @Test("report.html is one well-formed file in which foreign text is text")
    func html() {
        let html = SmallRun.report(deliveries: 2).html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!html.contains("http://") && !html.contains("https://"))
        #expect(!html.contains("src=") && !html.contains("@import"))
        #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
        // All but the two tags that HTML never closes is XML, so every element is closed.
        let body = html.split(separator: "\n")
            .filter { !$0.hasPrefix("<!doctype") && !$0.hasPrefix("<meta") }
            .joined(separator: "\n")
            .replacing(" open>", with: ">")
            .replacing("<br>", with: "")
        let found = elements(body)
        #expect(found.names.first == "html")
        #expect(found.names.contains("svg"))
        #expect(found.names.contains("polyline"))
    }

    @Test("the terminal's table carries no foreign control characters, and colour only if asked")
    func terminal() {
        let report = SmallRun.report(deliveries: 2)
        let plain = report.terminalText(colour: false)
        #expect(!plain.contains("\u{1b}"))
        #expect(plain.contains("D2  no-duplication"))
        #expect(plain.contains("client.1/0#3 client.1/0#4"))
        #expect(plain.contains("f1 (cut of a -> b)"))
        #expect(report.terminalText(colour: true).contains("\u{1b}[1;31mviolated"))
    }

    @Test("a violation that was expected passes, and one that did not come is named")
    func expected() {
        let caught = SmallRun.report(deliveries: 2, expected: .violated)
        #expect(caught.outcome.exitCode == 0)
        #expect(caught.summaryMarkdown.contains("violated, as expected"))
        let missed = SmallRun.report(deliveries: 1, expected: .violated)
        #expect(missed.outcome.exitCode == 1)
        #expect(missed.terminalText(colour: false).contains("unexpectedly holds"))
        #expect(missed.junitXML.contains("unexpectedly holds"))
    }

    @Test("a run without any record still has all its reports")
    func empty() throws {
        let history = History(records: [])
        let report = RunReport(
            outcome: Judge(history, settings: CheckSettings()).outcome(),
            history: history,
            facts: RunFacts(run: "", plan: "", seed: 0, command: "", planText: "")
        )
        _ = try JSONSerialization.jsonObject(with: Data(report.verdictJSON.utf8))
        _ = elements(report.junitXML)
        #expect(report.html.contains("What is missing of the evidence"))
        #expect(report.terminalText(colour: false).contains("exit code 2"))
        #expect(!report.summaryMarkdown.isEmpty)
    }
}
