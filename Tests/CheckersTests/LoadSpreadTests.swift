import Evidence
import Testing

@testable import Checkers

/// B1's bound on load: sessions by server at the instants that the plan names.
@Suite struct LoadSpreadTests {
    /// Three servers, one of which stops at 5 s, and clients that log in and stay.
    private func judge(
        _ clients: [(server: String, from: Int64, to: Int64)],
        spread: Int,
        at seconds: [Int64],
        isWhole: Bool = true
    ) -> (unproved: [String], violations: Int) {
        var run = Run()
        run.settings.bounds.spreadMax = spread
        run.settings.bounds.spreadAt = seconds.map { .seconds($0) }
        func add(_ node: String, _ second: Int64, _ event: EventKind, _ fields: FieldValues = [:]) {
            run.entries.append(
                Run.Entry(
                    node: node,
                    incarnation: 0,
                    time: second * 1_000_000_000,
                    event: event,
                    fields: fields
                )
            )
        }
        add("orchestrator", 0, .runStarted)
        for number in 1...3 {
            let target: FieldValues = [.target: "server.\(number)", .targetIncarnation: "0"]
            add("server.\(number)", 0, .listening, [.server: "127.0.0.1:\(number)"])
            add("orchestrator", 0, .ready, target)
        }
        add("orchestrator", 1, .phase, [.phase: "workload"])
        add("server.3", 6, .closed)
        for (place, client) in clients.enumerated() {
            let node = "client.\(place + 1)"
            var fields: FieldValues = [.operation: "1", .user: "u\(place)", .secret: "s"]
            add(node, client.from, .login, fields)
            fields[.session] = "a"
            fields[.server] = client.server
            add(node, client.from, .loginOK, fields)
            add(node, client.to, .closed)
        }
        add("orchestrator", 20, .phase, [.phase: "heal"])
        for number in 1...2 { add("server.\(number)", 21, .closed) }
        if isWhole { add("orchestrator", 22, .barrier) }
        let judgement = Judge(History(records: run.records()), settings: run.settings)
            .judgement(on: .balance)
        return (
            judgement.findings.filter { $0.kind == .unproved }.map(\.summary),
            judgement.totals[.violation] ?? 0
        )
    }

    private let three = [
        ("127.0.0.1:1", Int64(2), Int64(30)), ("127.0.0.1:1", 2, 30), ("server.2", 2, 10),
    ]

    @Test("the spread is that of the servers that run then")
    func spread() {
        // 2, 1, 0 at 3 s; 2, 1 at 7 s; 2, 0 at 11 s.
        #expect(judge(three, spread: 2, at: [2, 6, 10]).violations == 0)
        #expect(judge(three, spread: 1, at: [2]).violations == 1)
        #expect(judge(three, spread: 1, at: [6]).violations == 0)
        #expect(judge(three, spread: 1, at: [2, 6, 10]).violations == 2)
        #expect(judge(three, spread: 1, at: [6]).unproved.isEmpty)
    }

    @Test("after the workload, without a server's name, or with records missing nothing is proved")
    func unproved() {
        #expect(judge(three, spread: 0, at: [19]).unproved.count == 1)
        let nowhere = [("elsewhere", Int64(2), Int64(30))]
        #expect(judge(nowhere, spread: 0, at: [5]).unproved.count == 1)
        let broken = judge(three, spread: 0, at: [5], isWhole: false)
        #expect(broken.violations == 0 && broken.unproved.count == 1)
    }
}
