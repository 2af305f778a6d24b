import Foundation
import JournalReading
import Testing

/// Whole runs: real processes, a real journal, the programs as a user starts them.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RunTests {
    /// A small run that goes through everything: a kill with restart, a cut, stock clients too.
    static let small = """
        plan: small
        seed: 3
        cluster: {servers: 3, clients: 4}
        workload: {rate: 40/s, for: 5s, churn: 1/s, intruders: 2/s}
        story:
          - at: 1s
            kill: {node: role master, then: restart after 300ms}
          - at: 2500ms
            cut: {between: [server.2], and: others, how: reset, for: 500ms}
        """

    private func run(
        _ plan: String,
        in folder: URL,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Ordeal.Result {
        let file = folder.appendingPathComponent("plan.yaml")
        try plan.write(to: file, atomically: true, encoding: .utf8)
        return try await Ordeal.run(
            ["run", file.path, "--runs", folder.path + "/runs"] + arguments,
            environment: environment
        )
    }

    private func journal(_ folder: URL) -> String { folder.path + "/runs/latest/journal" }

    @Test("a run proves its guarantees, and a check of a copy of its journal proves the same")
    func wholeRun() async throws {
        try await Ordeal.withFolder { folder in
            let result = try await run(Self.small, in: folder)
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            let latest = folder.path + "/runs/latest"
            for name in [
                "plan.yaml", "run.json", "faults.jsonl", "verdict.json", "junit.xml", "summary.md",
                "report.html",
            ] {
                #expect(FileManager.default.fileExists(atPath: "\(latest)/\(name)"), "\(name)")
            }
            let entries = try await journalctl(journal(folder), "deliver")
            let counted = entries.count
            for entry in entries {
                let missing = Self.deliveryFields.filter { entry[$0] == nil }
                #expect(missing.isEmpty, "\(missing) in \(entry)")
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(latest)/verdict.json"))
            let verdict = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any]
            )
            let totals = try #require(verdict["counts"] as? [String: Any])
            #expect(totals["deliveries"] as? Int == counted)
            #expect(counted > 0)

            let copy = folder.appendingPathComponent("copy")
            try FileManager.default.copyItem(
                at: URL(fileURLWithPath: journal(folder)).resolvingSymlinksInPath(),
                to: copy
            )
            let again = try await Ordeal.run(["check", copy.path, "--json"])
            #expect(again.status == 0)
            let other = try #require(
                try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any]
            )
            #expect(verdicts(other) == verdicts(verdict))
            #expect(!verdicts(other).isEmpty)
        }
    }

    @Test("evidence that is cut or gone is unproved, and the file is named")
    func damagedEvidence() async throws {
        try await Ordeal.withFolder { folder in
            let result = try await run(Self.small, in: folder)
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            let files = try FileManager.default.contentsOfDirectory(atPath: journal(folder))
                .filter { $0.hasSuffix(".journal") }
            let name = try #require(files.first)
            let file = URL(fileURLWithPath: journal(folder) + "/" + name)
            let handle = try FileHandle(forWritingTo: file)
            let length = try handle.seekToEnd()
            try handle.truncate(atOffset: length * 6 / 10)
            try handle.close()
            let cut = try await Ordeal.run(["check", folder.path + "/runs/latest"])
            #expect(cut.status == 2, "\(cut.output)")
            #expect(cut.output.contains(name))
            try FileManager.default.removeItem(at: file)
            let gone = try await Ordeal.run(["check", folder.path + "/runs/latest"])
            #expect(gone.status == 2, "\(gone.output)")
        }
    }

    @Test("journals of two runs in one folder are no evidence for either")
    func mixedEvidence() async throws {
        try await Ordeal.withFolder { folder in
            let mixed = folder.appendingPathComponent("mixed")
            try FileManager.default.createDirectory(
                at: mixed,
                withIntermediateDirectories: false
            )
            let plan = """
                plan: brief
                cluster: {servers: 1, clients: 2}
                workload: {rate: 20/s, for: 1s}
                """
            for number in 1...2 {
                let result = try await run(plan, in: folder)
                #expect(result.status == 0, "\(result.output)\n\(result.errors)")
                let file = URL(fileURLWithPath: journal(folder) + "/system.journal")
                try FileManager.default.copyItem(
                    at: file,
                    to: mixed.appendingPathComponent("\(number).journal")
                )
            }
            let check = try await Ordeal.run(["check", mixed.path])
            #expect(check.status == 2, "\(check.output)")
            #expect(check.output.contains("records of several runs are here"), "\(check.output)")
        }
    }

    @Test(
        "signals that can be caught, a client's restart, and cuts that meet are faults like any other"
    )
    func sundryFaults() async throws {
        let plan = """
            plan: sundry
            cluster: {servers: 3, clients: 4}
            workload: {rate: 20/s, for: 6s}
            story:
              - at: 500ms
                kill: {node: client.2, signal: TERM, then: restart after 200ms}
              - at: 1s
                cut: {link: server.1 -> server.2, how: blackhole, for: 3s}
              - at: 2s
                cut: {link: server.2 -> server.1, how: reset, for: 500ms}
              - at: 5s
                cut: {link: client.1 -> server.1, how: blackhole, for: 250ms}
            """
        try await Ordeal.withFolder { folder in
            let result = try await run(plan, in: folder)
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            let sends = try await journalctl(journal(folder), "send")
            let afterRestart = sends.filter {
                $0["ORDEAL_NODE"] as? String == "client.2"
                    && $0["ORDEAL_INCARNATION"] as? String == "1"
            }
            #expect(afterRestart.count > 5)
        }
    }

    @Test("nodes stop, start, start later and restart, and a side with its clients is cut off")
    func storyOfNodes() async throws {
        let plan = """
            plan: nodes
            cluster: {servers: 4, super-peers: 3, clients: 5, anonymous-clients: 1}
            workload: {rate: 20/s, burst: 2, body: 8B..32B, for: 9s, churn: 1/s, rivals: 2/s, records: batched}
            story:
              - at: 500ms
                start: {node: [server.4, client.3]}
              - at: 1s
                stop: {node: client.2}
              - at: 2s
                restart: {node: [role peer, role super-peer], every: 500ms, down-for: 100ms}
              - at: 4s
                start: {node: clients}
              - at: 5s
                cut: {between: [server.3, client.3], and: all others, how: blackhole, for: 1s}
              - at: 7s
                kill: {node: [any server, client.1], then: restart after 200ms}
            """
        try await Ordeal.withFolder { folder in
            let result = try await run(plan, in: folder)
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            let spawned = try await journalctl(journal(folder), "spawned")
            func starts(_ node: String) -> Int {
                spawned.count { $0["ORDEAL_TARGET"] as? String == node }
            }
            #expect(starts("client.2") == 2)
            #expect(starts("client.1") == 2)
            #expect((1...3).contains(starts("server.4")))
            let healed = try await journalctl(journal(folder), "fault-heal-verified")
            let faults = Set(healed.compactMap { $0["ORDEAL_FAULT"] as? String })
            #expect(faults == Set((1...6).map { "fault.\($0)" }))
            let batches = try await journalctl(journal(folder), "deliver-batch")
            #expect(batches.contains { $0["ORDEAL_COUNT"] as? String != "1" })
            #expect(try await journalctl(journal(folder), "deliver").isEmpty)
        }
    }

    @Test("a cut that is silently not applied is an invalid experiment that names the fault")
    func cutNotApplied() async throws {
        try await Ordeal.withFolder { folder in
            let result = try await run(
                Self.small,
                in: folder,
                environment: ["ORDEAL_TEST_IGNORE_CUTS": "1"]
            )
            #expect(result.status == 3, "\(result.output)\n\(result.errors)")
            #expect(result.output.contains("fault.2"))
        }
    }

    @Test(
        "a mutant is caught, and not expecting it fails with code, message, user and fault",
        arguments: [("drop", "D1"), ("duplicate", "D2"), ("reorder", "O1")]
    )
    func mutant(_ name: String, _ code: String) async throws {
        let file = Ordeal.package.appendingPathComponent("Plans/mutants/\(name).yaml")
        let plan = try String(contentsOf: file, encoding: .utf8)
        try await Ordeal.withFolder { folder in
            let result = try await run(plan, in: folder)
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
        }
        try await Ordeal.withFolder { folder in
            let wrong = plan.replacingOccurrences(of: ": violated", with: ": holds")
            let result = try await run(wrong, in: folder)
            #expect(result.status == 1, "\(result.output)\n\(result.errors)")
            for part in [code, "user-1/", "user-4", "fault.1"] {
                #expect(result.output.contains(part), "\(part) in \(result.output)")
            }
        }
    }

    private func verdicts(_ verdict: [String: Any]) -> [String: String] {
        var byCode: [String: String] = [:]
        for entry in verdict["guarantees"] as? [[String: Any]] ?? [] {
            if let code = entry["code"] as? String, let word = entry["verdict"] as? String {
                byCode[code] = word
            }
        }
        return byCode
    }

    private static let deliveryFields = [
        "ORDEAL_RUN", "ORDEAL_NODE", "ORDEAL_INCARNATION", "ORDEAL_SEQ", "ORDEAL_TIME",
        "ORDEAL_EVENT", "ORDEAL_USER", "ORDEAL_SESSION", "ORDEAL_MESSAGE", "ORDEAL_DIGEST",
        "MESSAGE", "PRIORITY", "MESSAGE_ID", "SYSLOG_IDENTIFIER",
    ]

    /// The entries of one kind of event, as journalctl gives them.
    private func journalctl(_ path: String, _ event: String) async throws -> [[String: Any]] {
        let result = try await Ordeal.run(
            URL(fileURLWithPath: "/usr/bin/journalctl"),
            ["--directory=\(path)", "ORDEAL_EVENT=\(event)", "-o", "json", "-q"]
        )
        #expect(result.status == 0, "\(result.errors)")
        return try result.output.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            )
        }
    }
}
