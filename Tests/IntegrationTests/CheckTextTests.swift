import Foundation
import Testing

/// What `ordeal check` says of records in a text that no run of ours wrote.
@Suite(.timeLimit(.minutes(2))) struct CheckTextTests {
    /// A record as a line of JSON.
    private func line(
        run: String = "r",
        _ node: String,
        _ sequence: Int,
        _ event: String,
        _ fields: [String: String] = [:]
    ) throws -> String {
        var members = fields.reduce(into: [:]) { $0["ORDEAL_\($1.key)"] = $1.value }
        members["ORDEAL_RUN"] = run
        members["ORDEAL_NODE"] = node
        members["ORDEAL_INCARNATION"] = "0"
        members["ORDEAL_SEQ"] = "\(sequence)"
        members["ORDEAL_TIME"] = "\(sequence + 1)"
        members["ORDEAL_EVENT"] = event
        let data = try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private func check(_ text: String, _ arguments: [String] = []) async throws -> Ordeal.Result {
        try await Ordeal.withFolder { folder in
            let file = folder.appending(path: "records.json")
            try text.write(to: file, atomically: true, encoding: .utf8)
            return try await Ordeal.run(["check", file.path] + arguments)
        }
    }

    @Test(
        "an admission is held against the cluster secret where the servers were told one",
        arguments: [true, false]
    )
    func admission(isOwn: Bool) async throws {
        let system = isOwn ? "system: {server: [cat], client: [cat]}\n" : ""
        let plan = """
            plan: hand
            seed: 1
            \(system)cluster: {servers: 2, clients: 1}
            workload: {rate: 1/s, for: 4s}
            expect: [authentication]

            """
        let started = ["PLAN": plan, "SEED": "1", "VERSION": "1"]
        let admitted = ["PEER": "server.2", "SECRET": "0000000000000001"]
        let text =
            try line("orchestrator", 0, "run-started", started)
            + line("server.1", 0, "peer-admitted", admitted)
            + line("orchestrator", 1, "barrier")
        let result = try await check(text)
        let words = "admitted server.2 without the cluster secret"
        #expect(result.output.contains(words) != isOwn, "\(result.output)")
        #expect(result.output.contains("its plan cannot be read") == false, "\(result.output)")
        #expect((result.status == 1) == !isOwn)
    }

    @Test("records of two runs in one file are told apart, with what to do")
    func twoRuns() async throws {
        let text =
            try line("orchestrator", 0, "barrier")
            + line(run: "other", "orchestrator", 0, "barrier")
        let result = try await check(text)
        let words = "records of several runs are here: r is judged, 1 of other are left out"
        // Once: it is the verdict's cause, and no line repeats it.
        #expect(result.output.split(separator: words).count == 2, "\(result.output)")
        #expect(!result.output.contains("repeat:"), "no plan, nothing to repeat")
        #expect(result.status == 2)
    }

    @Test("where there is no record there is no table of verdicts, but why")
    func nothing() async throws {
        try await Ordeal.withFolder { folder in
            let result = try await Ordeal.run(["check", folder.path])
            #expect(result.output.contains("there is no record to judge"), "\(result.output)")
            #expect(result.output.contains("there is no journal file in"))
            #expect(!result.output.contains("verdict"))
            #expect(!result.output.contains("repeat:"))
            #expect(result.status == 2)
        }
    }

    @Test("a field that an event may not carry is called so")
    func foreignField() async throws {
        let fields = ["USER": "u", "MESSAGE": "u/s/1", "SESSION": "x"]
        let result = try await check(try line("client.1", 0, "send-fail", fields))
        let words = "a record of send-fail may not carry ORDEAL_SESSION"
        #expect(result.output.contains(words), "\(result.output)")
    }
}
