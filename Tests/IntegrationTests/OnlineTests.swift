import Foundation
import Testing

/// What is checked while a run goes on, and what is made of runs afterwards.
@Suite(.serialized, .timeLimit(.minutes(10))) struct OnlineTests {
    /// A relay that swaps two messages, and nobody who expects it.
    private static let broken = """
        plan: broken
        seed: 1
        cluster: {servers: 1, clients: 4, stock-clients: 2}
        workload: {rate: 20/s, for: 30s}
        story:
          - at: 1s
            reorder: {link: server.1 -> client.4, matching: '"user-1"', count: 1, for: 3s}
        expect: [no-loss, no-duplication, fifo]
        """

    private func object(_ file: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// A run's records as a file of lines of JSON, under another run's id.
    private func copy(of run: String, in folder: URL) async throws -> String {
        let lines = try await Ordeal.run(
            URL(filePath: "/usr/bin/journalctl"),
            ["--directory=\(run)/journal", "-o", "json", "--all"]
        )
        #expect(lines.status == 0, "\(lines.errors)")
        let name = "\"ORDEAL_RUN\":\""
        let path = folder.appendingPathComponent("copy.jsonl")
        try lines.output.replacingOccurrences(of: name, with: name + "copy-of-")
            .write(to: path, atomically: true, encoding: .utf8)
        return path.path
    }

    @Test("a run stops at the first violation, and the message's journey tells of it")
    func failFast() async throws {
        try await Ordeal.withFolder { folder in
            let file = folder.appendingPathComponent("plan.yaml")
            try Self.broken.write(to: file, atomically: true, encoding: .utf8)
            let runs = folder.path + "/runs"
            let result = try await Ordeal.run(
                ["run", file.path, "--runs", runs, "--fail-fast"]
            )
            #expect(result.status == 1, "\(result.output)\n\(result.errors)")
            #expect(result.errors.contains("ordeal: O1 fifo is violated: "))
            let latest = "\(runs)/latest"
            let run = try object("\(latest)/run.json")
            #expect((run["ending"] as? String)?.hasPrefix("violated: O1 fifo") == true)
            let verdict = try object("\(latest)/verdict.json")
            let guarantees = try #require(verdict["guarantees"] as? [[String: Any]])
            let words = Dictionary(
                uniqueKeysWithValues: guarantees.compactMap { guarantee in
                    (guarantee["code"] as? String).map { ($0, guarantee["verdict"] as? String) }
                }
            )
            // The run was cut short, which costs the evidence and never the violation.
            #expect(words["O1"] == "violated")
            let online = try #require(run["online"] as? [[String: Any]])
            for row in online {
                let code = try #require(row["code"] as? String)
                #expect(row["verdict"] as? String == words[code], "\(code)")
            }

            let fifo = try #require(guarantees.first { $0["code"] as? String == "O1" })
            let findings = try #require(fifo["findings"] as? [[String: Any]])
            let message = try #require((findings.first?["messages"] as? [String])?.first)
            let journey = try await Ordeal.run(["explain", latest, message])
            #expect(journey.status == 0, "\(journey.errors)")
            #expect(journey.output.contains("Delivered \(message) to user-4"))
            #expect(journey.output.contains("O1 fifo, violation"))
            #expect(journey.output.contains("reorder of server.1 -> client.4"))
            let nothing = try await Ordeal.run(["explain", latest, "nobody/s/1"])
            #expect(nothing.status == 64)

            // The same records under another run's id, in a file.
            let refused = try await Ordeal.run(["compare", latest, "\(latest)/journal/.."])
            #expect(refused.status == 64)
            #expect(refused.errors.contains("are one run"), "\(refused.errors)")
            let other = try await copy(of: latest, in: folder)
            let compared = try await Ordeal.run(["compare", latest, other, "--json"])
            #expect(compared.status == 0, "\(compared.errors)")
            let same = try #require(
                try JSONSerialization.jsonObject(with: Data(compared.output.utf8))
                    as? [String: Any]
            )
            #expect((same["worse"] as? [String])?.isEmpty == true)
            #expect((same["metrics"] as? [[String: Any]])?.isEmpty == false)
        }
    }
}
