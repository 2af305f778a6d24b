import Checkers
import Evidence
import Testing

/// D1's finer points, each in a run made by hand: u1 sends at 100 … 110, u2 should get it.
@Suite struct NoLossTests {
    /// What becomes of u2 in a run.
    private struct Fate {
        var user = "u2"
        var resumes = true
        var opened: Int64 = 50
        /// When its session was shown alive.
        var alive: [Int64] = []
        var ended: Int64?
        var reason = "closed"
        /// A second session, from then to the end, alive in the drain.
        var returns: Int64?
        /// Whether its client is killed for good at the end of its session.
        var isKilled = false
        /// Whether its client stops in order after its session, and whether a fault of the plan asked it to.
        var isStopped = false
        var isAsked = false
        var isDelivered = false
    }

    private func judge(_ fate: Fate, hold: Int64 = 1000) -> Judgement {
        var run = Run()
        run.settings.hold = .nanoseconds(hold)
        func add(_ node: String, _ time: Int64, _ event: EventKind, _ fields: FieldValues = [:]) {
            run.entries.append(
                Run.Entry(node: node, incarnation: 0, time: time, event: event, fields: fields)
            )
        }
        add("orchestrator", 0, .runStarted, [.plan: "", .seed: "1", .version: "1"])
        for node in ["client.1", "client.2"] {
            add(
                "orchestrator",
                1,
                .spawned,
                [.target: node, .targetIncarnation: "0", .pid: "1"]
            )
        }
        func login(
            _ node: String,
            _ time: Int64,
            _ user: String,
            _ session: String,
            _ resumes: Bool
        ) {
            let fields: FieldValues = [.operation: session, .user: user, .secret: "s"]
            add(node, time - 5, .login, fields)
            var opened = fields
            opened[.session] = session
            opened[.resumes] = resumes ? "yes" : "no"
            add(node, time, .loginOK, opened)
        }
        func alive(_ node: String, _ time: Int64, _ user: String, _ session: String) {
            add(node, time + 1, .alive, [.user: user, .session: session, .since: "\(time)"])
        }
        login("client.1", 20, "u1", "a", true)
        add(
            "client.1",
            100,
            .send,
            [.user: "u1", .message: "u1/s/1", .digest: "0000000000000001", .session: "a"]
        )
        add(
            "client.1",
            105,
            .deliver,
            [.user: "u1", .session: "a", .message: "u1/s/1", .digest: "0000000000000001"]
        )
        add("client.1", 110, .ack, [.user: "u1", .message: "u1/s/1", .session: "a"])
        login("client.2", fate.opened, fate.user, "b", fate.resumes)
        for time in fate.alive { alive("client.2", time, fate.user, "b") }
        if fate.isDelivered {
            add(
                "client.2",
                120,
                .deliver,
                [.user: fate.user, .session: "b", .message: "u1/s/1", .digest: "0000000000000001"]
            )
        }
        if let ended = fate.ended, !fate.isKilled {
            add(
                "client.2",
                ended,
                .sessionEnded,
                [.user: fate.user, .session: "b", .reason: fate.reason]
            )
        }
        if let returns = fate.returns {
            login("client.2", returns, fate.user, "c", fate.resumes)
            alive("client.2", max(2050, returns + 5), fate.user, "c")
        }
        add("orchestrator", 2000, .phase, [.phase: "drain"])
        alive("client.1", 2010, "u1", "a")
        add("orchestrator", 3000, .drainEnded, [.reason: "stalled", .count: "1"])
        for node in ["client.1", "client.2"] {
            let isKilled = fate.isKilled && node == "client.2"
            let isStopped = fate.isStopped && node == "client.2"
            let stop = (fate.ended ?? 0) + 10
            if isStopped, fate.isAsked {
                let fields: FieldValues = [.fault: "f1", .faultKind: "stop", .target: node]
                for step in [EventKind.faultIntended, .faultHealVerified] {
                    add("orchestrator", stop - 1, step, fields)
                }
            }
            if !isKilled { add(node, isStopped ? stop : 3100, .closed) }
            var exit: FieldValues = [
                .target: node, .targetIncarnation: "0", .status: "0", .accepted: "0",
                .cause: isKilled ? "injected" : "stopped",
            ]
            if isKilled {
                let kill: FieldValues = [.fault: "f1", .faultKind: "kill", .target: node]
                add("orchestrator", (fate.ended ?? 0) - 1, .faultIntended, kill)
                exit[.fault] = "f1"
            }
            add("orchestrator", isKilled ? fate.ended ?? 0 : isStopped ? stop : 3200, .exited, exit)
        }
        add("orchestrator", 3300, .barrier)
        return Judge(History(records: run.records()), settings: run.settings)
            .judgement(on: .noLoss)
    }

    private func reason(_ judgement: Judgement) -> String? {
        judgement.verdict.word == "unproved" ? judgement.verdict.reason : judgement.verdict.word
    }

    @Test("who was there all the time and is there at the end must have it")
    func present() {
        let fate = Fate(alive: [90, 2020])
        #expect(reason(judge(fate)) == "violated")
        #expect(judge(fate).findings[0].users == ["u2"])
        var delivered = fate
        delivered.isDelivered = true
        #expect(reason(judge(delivered)) == "holds")
        #expect(judge(delivered).cases == 2)
    }

    @Test("who is shown alive after the drain only may not have been within reach in it")
    func afterDrain() {
        #expect(reason(judge(Fate(alive: [90, 1000, 3050]))) == "recipient absent")
        #expect(reason(judge(Fate(alive: [90, 2000, 3050]))) == "violated")
        #expect(reason(judge(Fate(alive: [90, 3000, 3050]))) == "violated")
    }

    @Test("who logged in while it was sent, or left before it was acknowledged, is owed nothing")
    func partly() {
        #expect(reason(judge(Fate(opened: 103, alive: [2020]))) == "holds")
        #expect(reason(judge(Fate(alive: [90], ended: 107, returns: 500))) == "holds")
    }

    @Test("who left after it and came back must have it; who did not come back is absent")
    func absent() {
        #expect(reason(judge(Fate(alive: [90], ended: 300, returns: 500))) == "violated")
        #expect(reason(judge(Fate(alive: [90], ended: 300))) == "recipient absent")
        // Back by the end of the drain, and only after it.
        #expect(reason(judge(Fate(alive: [90], ended: 300, returns: 2990))) == "violated")
        let late = judge(Fate(alive: [90], ended: 300, returns: 3010))
        #expect(reason(late) == "recipient absent")
        #expect(reason(judge(Fate(alive: [90]))) == "recipient absent")
    }

    @Test("a session that was not shown alive within hold proves nothing")
    func notShownAlive() {
        #expect(reason(judge(Fate(ended: 300, returns: 500))) == "not shown alive")
        #expect(
            reason(judge(Fate(alive: [90], ended: 300, returns: 500), hold: 20))
                == "not shown alive"
        )
        #expect(reason(judge(Fate(alive: [90], ended: 300, returns: 500), hold: 21)) == "violated")
    }

    @Test("who was killed for good, or lost a merge, is only counted")
    func removed() {
        let killed = judge(Fate(alive: [90], ended: 300, isKilled: true))
        #expect(reason(killed) == "holds")
        #expect(killed.counts.map(\.value) == [1])
        #expect(reason(judge(Fate(alive: [90], ended: 300, reason: "merged"))) == "holds")
    }

    @Test("who stopped in order is gone by plan only if the plan stopped it")
    func stopped() {
        let asked = judge(Fate(alive: [90], ended: 300, isStopped: true, isAsked: true))
        #expect(reason(asked) == "holds")
        #expect(asked.counts.map(\.value) == [1])
        let itself = judge(Fate(alive: [90], ended: 300, isStopped: true))
        #expect(reason(itself) == "recipient absent")
    }

    @Test("a session that does not resume counts only if it was itself alive in the drain")
    func withoutResume() {
        #expect(reason(judge(Fate(resumes: false, alive: [90, 2020]))) == "violated")
        let broken = judge(Fate(resumes: false, alive: [90], ended: 300, returns: 500))
        #expect(reason(broken) == "holds")
        #expect(broken.counts.map(\.name) == ["undelivered in broken sessions that do not resume"])
        #expect(reason(judge(Fate(resumes: false, alive: [90]))) == "not shown alive")
    }

    @Test("an anonymous connection is a user of its own: another one is not its return")
    func anonymous() {
        let fate = Fate(user: "anonymous", alive: [90], ended: 300, returns: 500)
        #expect(reason(judge(fate)) == "holds")
        #expect(reason(judge(Fate(user: "anonymous", alive: [90, 2020]))) == "violated")
    }
}
