import Planning
import Testing

@Suite struct PlanLoaderTests {
    @Test("a plan with two keys gets every default")
    func defaults() throws {
        let plan = try PlanLoader.load(text: PlanText.head, file: "p.yaml")
        #expect(plan.name == "test")
        #expect(plan.description.isEmpty)
        #expect(plan.seed == 1)
        #expect(plan.cluster == Cluster(servers: 3, clients: 4))
        #expect(plan.workload == Workload())
        #expect(plan.story.isEmpty)
        #expect(plan.drain == Drain())
        #expect(
            plan.expect.map(\.code) == [
                "D1", "D2", "D3", "D4", "O1", "R1", "R2", "L1", "L2", "S1", "S2", "P1", "E1", "E2",
            ]
        )
        #expect(plan.expect.allSatisfy { $0.result == .holds })
    }

    @Test("every key is read")
    func everyKey() throws {
        let text = """
            # A comment.
            plan: master-loss
            description: >-
              The master dies
              in mid-traffic.
            seed: 18446744073709551615
            system: superpeer
            x-owner: {any: [thing, 1, no]}
            cluster: {servers: 6, clients: 20, stock-clients: 2, hold: 1500ms, super-peers: 3,
                      ready-within: 5s, stop-within: 1s}
            workload: {rate: 3/10s, body: 1KiB, for: 2m, churn: 2/s, intruders: 0/s, x-why: none}
            story:
              - at: 4s
                kill: {node: role master, signal: SIGTERM, then: restart after 500ms}
              - {at: 1.5s, kill: {node: server.2, signal: 15}}
              - at: 8s
                cut: {between: [server.1], and: others, how: reset, for: 4s}
              - {at: 8s, cut: {between: [server.3, client.1], and: [role master], for: 250ms}}
              - {at: 20s, cut: {link: server.1->server.3, for: 5s}}
              - {at: 30s, drop: {link: server.1 -> client.20, matching: ACTIVITY, for: 5s}}
              - {at: 0s, duplicate: {link: client.1 -> role master, matching: "a: b", count: 7, for: 5s}}
              - {at: 5s, reorder: {link: server.1 -> client.3, matching: x, for: 1h}}
            expect: [no-loss, O1, {unique-registration: violated}, {P1: holds}]
            drain: {quiet: 1s, at-most: 10s, return-within: 1m}
            """
        let plan = try PlanLoader.load(text: text, file: "p.yaml")
        let master = NodeSelector.master
        #expect(plan.description == "The master dies in mid-traffic.")
        #expect(plan.seed == .max)
        #expect(
            plan.cluster
                == Cluster(
                    servers: 6,
                    clients: 20,
                    stockClients: 2,
                    hold: .milliseconds(1500),
                    superPeers: 3,
                    readyWithin: .seconds(5),
                    stopWithin: .seconds(1)
                )
        )
        #expect(
            plan.workload
                == Workload(
                    rate: Rate(events: 3, per: .seconds(10)),
                    bodyBytes: 1024...1024,
                    duration: .seconds(120),
                    churn: Rate(events: 2, per: .seconds(1)),
                    away: Workload.away(hold: .milliseconds(1500)),
                    intruders: Rate(events: 0, per: .seconds(1))
                )
        )
        #expect(plan.story.map(\.id) == (1...8).map { "fault.\($0)" })
        #expect(
            plan.story.map(\.action) == [
                .kill(Kill(nodes: [master], signal: 15, then: .restart(after: .milliseconds(500)))),
                .kill(Kill(nodes: [.name("server.2")], signal: 15)),
                .cut(
                    Cut(
                        links: .between([.name("server.1")], [.others]),
                        how: .reset,
                        duration: .seconds(4)
                    )
                ),
                .cut(
                    Cut(
                        links: .between([.name("server.3"), .name("client.1")], [master]),
                        duration: .milliseconds(250)
                    )
                ),
                .cut(
                    Cut(
                        links: .oneWay(from: [.name("server.1")], to: [.name("server.3")]),
                        duration: .seconds(5)
                    )
                ),
                .tamper(tamper(.drop, "server.1", .name("client.20"), "ACTIVITY", 1, .seconds(5))),
                .tamper(tamper(.duplicate, "client.1", master, "a: b", 7, .seconds(5))),
                .tamper(tamper(.reorder, "server.1", .name("client.3"), "x", 1, .seconds(3600))),
            ]
        )
        #expect(plan.story[1].trigger == .at(.milliseconds(1500)))
        #expect(
            plan.expect == [
                Expectation(code: "D1"), Expectation(code: "O1"),
                Expectation(code: "R1", result: .violated), Expectation(code: "P1"),
                Expectation(code: "E1"), Expectation(code: "E2"),
            ]
        )
        #expect(
            plan.drain
                == Drain(quiet: .seconds(1), atMost: .seconds(10), returnWithin: .seconds(60))
        )
    }

    private func tamper(
        _ what: Tamper.Manner,
        _ from: String,
        _ to: NodeSelector,
        _ matching: String,
        _ count: Int,
        _ duration: Duration
    ) -> Tamper {
        Tamper(
            what: what,
            from: .name(from),
            to: to,
            matching: matching,
            count: count,
            duration: duration
        )
    }

    @Test("a seed from outside takes the place of the plan's")
    func seed() throws {
        let text = PlanText.head + "seed: 3\n"
        #expect(try PlanLoader.load(text: text, file: "p.yaml").seed == 3)
        #expect(try PlanLoader.load(text: text, file: "p.yaml", seed: 9).seed == 9)
    }

    @Test("anchors and aliases may be used")
    func anchors() throws {
        let text =
            PlanText.head + """
                x-kill: &kill {node: server.2, then: restart after 1s}
                story: [{at: 1s, kill: *kill}, {at: 5s, kill: *kill}]
                """
        let plan = try PlanLoader.load(text: text, file: "p.yaml")
        #expect(plan.story.map(\.action).count == 2)
        #expect(plan.story[0].action == plan.story[1].action)
    }

    @Test("`no` and `yes` are words, as in YAML 1.2")
    func words() throws {
        let text = "plan: no\ncluster: {servers: 2, clients: 2}\ndescription: yes\n"
        let plan = try PlanLoader.load(text: text, file: "p.yaml")
        #expect(plan.name == "no")
        #expect(plan.description == "yes")
    }

    @Test("a mapping of expectations says the same as a list, and nothing named is nothing added")
    func expectations() throws {
        func codes(_ expect: String) throws -> [String] {
            try PlanLoader.load(text: PlanText.head + expect, file: "p.yaml").expect
                .map { "\($0.code) \($0.result.rawValue)" }
        }
        let always = ["P1 holds", "E1 holds", "E2 holds"]
        #expect(try codes("expect: []") == always)
        #expect(
            try codes("expect: {D1: violated, fifo: holds}") == ["D1 violated", "O1 holds"] + always
        )
        #expect(
            try codes("expect: [{D1: violated}, fifo]") == ["D1 violated", "O1 holds"] + always
        )
    }

    @Test("a file that cannot be read is an error with a remedy")
    func unreadable() throws {
        let missing = #expect(throws: PlanErrors.self) {
            try PlanLoader.load(path: "/nowhere/plan.yaml")
        }
        #expect(
            missing?.description == """
                /nowhere/plan.yaml:1:1: the file cannot be read: No such file or directory \
                - check the name; plans usually lie in Plans/
                """
        )
        let folder = #expect(throws: PlanErrors.self) { try PlanLoader.load(path: "/") }
        #expect(folder?.errors.first?.what.contains("Is a directory") == true)
    }
}
