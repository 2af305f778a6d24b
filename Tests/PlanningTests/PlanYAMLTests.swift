import Planning
import Testing

@Suite struct PlanYAMLTests {
    @Test("a plan written as YAML and read again is the same plan", arguments: 0..<400)
    func roundTrip(seed: UInt64) throws {
        var plans = RandomPlan(seed: seed)
        let plan = plans.next()
        let again = try PlanLoader.load(text: plan.yaml, file: "seed \(seed)")
        #expect(again == plan, "\(plan.yaml)")
        #expect(again.yaml == plan.yaml)
    }

    @Test("nodes are written as they are read: one, a range, a group, a list")
    func nodes() throws {
        let texts = [
            "server.1", "server.1..3", "servers", "[server.1, server.3]", "any server",
            "[server.1..2, client.1..4]", "[role master, clients]",
        ]
        for text in texts {
            let story = "story: [{at: 1s, restart: {node: \(text), rolling: true, every: 1s}}]\n"
            let plan = try PlanLoader.load(text: PlanText.head + story, file: "p.yaml")
            #expect(plan.yaml.contains("{node: \(text), rolling: true,"), "\(plan.yaml)")
        }
    }

    @Test("what a start names before anything ended it is held back")
    func lateNodes() throws {
        func late(_ story: String) throws -> Set<String> {
            let text = PlanText.head + "story: [\(story)]\n"
            return try PlanLoader.load(text: text, file: "p.yaml").lateNodes
        }
        #expect(
            try late("{at: 1s, start: {node: [server.2..3, client.4]}}").sorted()
                == ["client.4", "server.2", "server.3"]
        )
        #expect(
            try late("{at: 2s, start: {node: server.2}}, {at: 1s, stop: {node: server.2}}").isEmpty
        )
        #expect(
            try late("{at: 1s, stop: {node: role master}}, {at: 2s, start: {node: servers}}")
                .isEmpty
        )
        #expect(
            try late("{at: 1s, kill: {node: clients}}, {at: 2s, start: {node: client.1}}").isEmpty
        )
        #expect(
            try late("{at: 1s, start: {node: server.2}}, {at: 2s, kill: {node: server.2}}")
                == ["server.2"]
        )
    }

    @Test("the resolved plan shows every default")
    func defaults() throws {
        let text = PlanText.head + "story: [{at: 1s, kill: {node: server.1}}]\nexpect: [fifo]\n"
        #expect(
            try PlanLoader.load(text: text, file: "p.yaml").yaml == """
                plan: test
                description: ""
                seed: 1
                system: superpeer
                cluster:
                  servers: 3
                  clients: 4
                  stock-clients: 0
                  anonymous-clients: 0
                  hold: 2s
                  super-peers: 4
                  registration: quorum
                  ordering: fifo
                  durable: false
                  redirect-clients: 200..400
                  redirect-servers: 16..32
                  ready-within: 10s
                  stop-within: 5s
                workload:
                  rate: 100/s
                  burst: 1
                  body: 64B
                  for: 10s
                  churn: 0/s
                  churn-kinds: [logout, vanish]
                  away: 100ms..4100ms
                  intruders: 1/s
                  rivals: 0/s
                  records: each
                story:
                  - {at: 1s, kill: {node: server.1, signal: KILL, then: stay down}}
                expect:
                  - {fifo: holds}
                  - {processes: holds}
                  - {evidence: holds}
                  - {experiment: holds}
                drain:
                  quiet: 3s
                  at-most: 30s
                  return-within: 20s

                """
        )
    }
}
