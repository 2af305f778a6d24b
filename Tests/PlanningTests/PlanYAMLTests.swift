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
                  hold: 2s
                  super-peers: 4
                  ready-within: 10s
                  stop-within: 5s
                workload:
                  rate: 100/s
                  body: 64B
                  for: 10s
                  churn: 0/s
                  intruders: 1/s
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
