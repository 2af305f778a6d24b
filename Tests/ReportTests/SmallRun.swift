import Checkers
import Evidence
import Report

/// A run of one client whose only message is delivered as often as asked, with hostile texts.
enum SmallRun {
    static let user = "u<&\"'>|`*\u{1b}[31m"

    static func report(deliveries: Int, expected: CheckSettings.Expected = .holds) -> RunReport {
        var records: [Record] = []
        func add(_ node: String, _ event: EventKind, _ fields: FieldValues) {
            records.append(
                Record(
                    run: "run-1",
                    node: node,
                    incarnation: 0,
                    sequence: Int64(records.filter { $0.node == node }.count),
                    time: Instant(nanoseconds: Int64(records.count) * 50_000_000),
                    event: event,
                    fields: fields
                )
            )
        }
        add("orchestrator", .runStarted, [.plan: "p", .seed: "1", .version: "1"])
        add("orchestrator", .phase, [.phase: "workload"])
        let fault: FieldValues = [.fault: "f1", .faultKind: "cut", .link: "a -> b"]
        for event in [
            EventKind.faultIntended, .faultApplied, .faultVerified, .faultHealed,
        ] {
            add("orchestrator", event, fault)
        }
        let message = "\(user)/s/1"
        let digest = "0000000000000001"
        add("client.1", .login, [.operation: "1", .user: user, .secret: ""])
        add("client.1", .loginOK, [.operation: "1", .user: user, .session: "a", .secret: ""])
        add("client.1", .send, [.user: user, .message: message, .digest: digest])
        for _ in 0..<deliveries {
            add(
                "client.1",
                .deliver,
                [.user: user, .session: "a", .message: message, .digest: digest]
            )
        }
        add("client.1", .ack, [.user: user, .message: message])
        add("client.1", .closed, [.count: "\(deliveries + 5)"])
        add("orchestrator", .faultHealVerified, fault)
        add("orchestrator", .phase, [.phase: "drain"])
        add("orchestrator", .drainEnded, [.reason: "quiet"])
        add("orchestrator", .barrier, [:])
        let history = History(records: records)
        let settings = CheckSettings(
            servers: ["a", "b"],
            expectations: [.noDuplication: expected, .noCreation: .holds],
            findingsMax: 20
        )
        return RunReport(
            outcome: Judge(history, settings: settings).outcome(),
            history: history,
            facts: RunFacts(
                run: "run-1",
                plan: "hostile <plan> & co",
                description: "What it proves: nothing | everything.",
                seed: .max,
                command: "ordeal run 'a b.yaml' --seed 1 && echo \"<done>\"",
                planText: "plan: a\nworkload: {rate: 1/s} # </pre><script>alert(1)</script>\n",
                started: "2026-01-01 00:00:00 UTC",
                versions: [.init(name: "ordeal", version: "0.1")],
                phases: [.init(name: "start", duration: .milliseconds(1234))]
            )
        )
    }
}
