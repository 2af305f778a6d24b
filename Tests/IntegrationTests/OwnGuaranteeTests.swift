import Foundation
import Testing

/// Guarantees of a plan's own: real programs, good ones and bad ones, asked about a real run.
@Suite(.serialized, .timeLimit(.minutes(3))) struct OwnGuaranteeTests {
    /// Every delivery was sent before, and the first one is its witness where it says violated.
    private static let python = """
        import json, sys
        sent, first, cases = set(), None, 0
        for line in sys.stdin:
            record = json.loads(line)
            if record["ORDEAL_EVENT"] == "send": sent.add(record["ORDEAL_MESSAGE"])
            if record["ORDEAL_EVENT"] == "deliver":
                cases += 1
                first = first or record
        witness = {"node": first["ORDEAL_NODE"], "incarnation": int(first["ORDEAL_INCARNATION"]),
            "sequence": int(first["ORDEAL_SEQ"])}
        if len(sys.argv) > 1:
            finding = {"summary": "seen", "messages": [first["ORDEAL_MESSAGE"]], "witnesses": [witness]}
            print(json.dumps({"verdict": "violated", "cases": cases, "findings": [finding]}))
        else:
            print(json.dumps({"verdict": "holds" if cases and sent else "unproved", "cases": cases}))
        """
    private static let counting = """
        n=$(grep -c '"ORDEAL_EVENT":"deliver"'); echo "{\\"verdict\\": \\"holds\\", \\"cases\\": $n}"
        """
    private static let stranger = """
        {"verdict": "violated", "findings": [{"summary": "x", "witnesses": \
        [{"node": "nobody", "incarnation": 0, "sequence": 0}]}]}
        """

    /// A program, its verdict, and what the reason of an unproved one begins with or holds.
    private static let programs: [(name: String, run: [String], verdict: String, reason: String)] =
        [
            ("in-python", ["python3", "-c", python], "holds", ""),
            ("in-shell", ["sh", "-c", counting], "holds", ""),
            ("reads-nothing", ["echo", "{\"verdict\": \"holds\", \"cases\": 1}"], "holds", ""),
            (
                "leaves-a-child",
                ["sh", "-c", "sleep 3600 & echo '{\"verdict\": \"holds\", \"cases\": 1}'"], "holds",
                ""
            ),
            ("no-case", ["echo", "{\"verdict\": \"holds\", \"cases\": 0}"], "unproved", "nothing"),
            (
                "says-why", ["echo", "{\"verdict\": \"unproved\", \"reason\": \"too warm\"}"],
                "unproved", "too warm"
            ),
            (
                "no-witness", ["echo", "{\"verdict\": \"violated\"}"], "unproved",
                "without a witness"
            ),
            ("a-stranger", ["echo", stranger], "unproved", "no record of the run: nobody/0#0"),
            ("no-verdict", ["echo", "{\"verdict\": \"fine\"}"], "unproved", "no verdict: fine"),
            ("garbage", ["echo", "all is well"], "unproved", "\"all is well\""),
            ("silent", ["true"], "unproved", "not the JSON"),
            (
                "crashes", ["sh", "-c", "echo oops >&2; kill -SEGV $$"], "unproved",
                "was ended by signal 11: oops"
            ),
            (
                "gives-up", ["sh", "-c", "echo '{\"verdict\": \"holds\", \"cases\": 1}'; exit 3"],
                "unproved", "exited with code 3"
            ),
            ("hangs", ["sleep", "3600"], "unproved", "gave no verdict within"),
            ("never-ends", ["yes"], "unproved", "wrote more than"),
            ("is-no-program", ["/nonexistent/program"], "unproved", "cannot be started"),
        ]

    /// A plan with some of the programs, each with the verdict that passes.
    private func plan(_ own: [(name: String, run: [String], result: String)]) throws -> String {
        let rows = try own.map { name, run, result in
            let words = try JSONSerialization.data(
                withJSONObject: run,
                options: .withoutEscapingSlashes
            )
            let list = String(decoding: words, as: UTF8.self)
            let within = name == "hangs" ? "500ms" : "30s"
            return "  - {\(name): {run: \(list), within: \(within), result: \(result)}}"
        }
        return """
            plan: brief
            cluster: {servers: 1, clients: 2}
            workload: {rate: 20/s, for: 1s}
            expect:
              - no-loss
            \(rows.joined(separator: "\n"))
            """
    }

    private func own(_ json: Data) throws -> [String: [String: Any]] {
        let verdict = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let rows = try #require(verdict["guarantees"] as? [[String: Any]])
        let own = rows.filter { ($0["code"] as? String)?.hasPrefix("U") == true }
        return Dictionary(
            uniqueKeysWithValues: own.compactMap { row in
                (row["name"] as? String).map { ($0, row) }
            }
        )
    }

    private func run(_ plan: String, in folder: URL) async throws -> Ordeal.Result {
        let file = folder.appending(path: "plan.yaml")
        try plan.write(to: file, atomically: true, encoding: .utf8)
        return try await Ordeal.run(["run", file.path, "--runs", folder.path + "/runs"])
    }

    @Test("good programs are believed; bad ones make unproved, and never held or violated")
    func programs() async throws {
        try await Ordeal.withFolder { folder in
            let plan = try plan(Self.programs.map { ($0.name, $0.run, "holds") })
            let result = try await run(plan, in: folder)
            #expect(result.status == 2, "\(result.output)\n\(result.errors)")
            let latest = folder.path + "/runs/latest"
            let file = URL(fileURLWithPath: latest + "/verdict.json")
            let own = try own(try Data(contentsOf: file))
            #expect(own.count == Self.programs.count)
            for (name, _, verdict, reason) in Self.programs {
                let row = try #require(own[name])
                #expect(row["verdict"] as? String == verdict, "\(name): \(row)")
                let told = row["reason"] as? String ?? ""
                #expect(reason.isEmpty ? told.isEmpty : told.contains(reason), "\(name): \(told)")
            }
            #expect(own["in-python"]?["cases"] as? Int == own["in-shell"]?["cases"] as? Int)
            for name in ["report.html", "summary.md", "junit.xml"] {
                let text = try String(contentsOfFile: "\(latest)/\(name)", encoding: .utf8)
                #expect(text.contains("in-python"), "\(name)")
                #expect(text.contains("gave no verdict within"), "\(name)")
            }
        }
    }

    @Test("what they say decides over the run, and a check says the same or that it did not ask")
    func decides() async throws {
        try await Ordeal.withFolder { folder in
            let finding = ["python3", "-c", Self.python, "violated"]
            let held = try await run(
                try plan([
                    ("in-shell", ["sh", "-c", Self.counting], "holds"),
                    ("finds", finding, "violated"),
                ]),
                in: folder
            )
            #expect(held.status == 0, "\(held.output)\n\(held.errors)")
            let failed = try await run(try plan([("finds", finding, "holds")]), in: folder)
            #expect(failed.status == 1, "\(failed.output)\n\(failed.errors)")
            let latest = folder.path + "/runs/latest"
            let file = URL(fileURLWithPath: latest + "/verdict.json")
            let row = try #require(try own(try Data(contentsOf: file))["finds"])
            let found = try #require((row["findings"] as? [[String: Any]])?.first)
            let message = try #require((found["messages"] as? [String])?.first)
            let witnesses = try #require(found["witnesses"] as? [[String: Any]])
            #expect(witnesses.first?["event"] as? String == "deliver")

            let journey = try await Ordeal.run(["explain", latest, message])
            #expect(journey.status == 0, "\(journey.errors)")
            let again = try await Ordeal.run(["check", latest, "--own", "--json"])
            #expect(again.status == 1)
            let other = try own(Data(again.output.utf8))["finds"]
            #expect(other?["verdict"] as? String == "violated")
            // The evidence of others names programs of others: nothing of it is run unasked.
            let unasked = try await Ordeal.run(["check", latest, "--json"])
            #expect(unasked.status == 2)
            let silent = try own(Data(unasked.output.utf8))["finds"]
            #expect((silent?["reason"] as? String)?.contains("--own") == true)

            // One record is gone: what was found may be excused by it.
            let lines = try await Ordeal.run(
                URL(fileURLWithPath: "/usr/bin/journalctl"),
                ["-q", "--directory", latest + "/journal", "-o", "json", "--all"]
            ).output.split(separator: "\n")
            let gone = try #require(lines.lastIndex { $0.contains("\"ack\"") })
            let rest = folder.appending(path: "records.json")
            try (lines[..<gone] + lines[(gone + 1)...]).joined(separator: "\n")
                .write(to: rest, atomically: true, encoding: .utf8)
            let cut = try await Ordeal.run(["check", rest.path, "--own", "--json"])
            let unproved = try own(Data(cut.output.utf8))["finds"]
            #expect((unproved?["reason"] as? String)?.hasPrefix("records are missing") == true)
            #expect(unproved?["verdict"] as? String == "unproved", "\(cut.output)")
        }
    }

    @Test("what is wrong with one is told with the plan's other errors")
    func validate() async throws {
        try await Ordeal.withFolder { folder in
            let file = folder.appending(path: "plan.yaml")
            let text = """
                plan: brief
                cluster: {servers: 1, clients: 2}
                expect:
                  - {mine: {run: []}}
                  - {Mine: {run: [a]}}
                  - {also-mine: {run: [a], whithin: 3s}}
                  - {late: {run: [a], within: 2h}}
                  - {good: {run: [a, b], within: 2s, result: violated}}
                  - {good: {run: [a]}}
                """
            try text.write(to: file, atomically: true, encoding: .utf8)
            let result = try await Ordeal.run(["validate", file.path])
            #expect(result.status == 65)
            let lines = result.errors.split(separator: "\n").filter { $0.contains("plan.yaml:") }
            let places = lines.compactMap { $0.firstMatch(of: /plan.yaml:(\d+):/).map { $0.1 } }
            #expect(places == ["4", "5", "6", "7", "9"], "\(result.errors)")
            #expect(result.errors.contains("`within`"))
        }
    }
}
