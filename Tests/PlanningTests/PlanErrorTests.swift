import Planning
import Testing

@Suite struct PlanErrorTests {
    @Test("all mistakes are told at once, in the order of the file, with position and remedy")
    func allAtOnce() {
        let text = """
            plan: Master Loss
            sede: 3
            cluster: {servers: 3, clients: 4, hold: 2}
            workload:
              rate: 100
              body: 64KB
              for: 10sec
            story:
              - at: 4s
                kil: {node: server.1}
              - at: 5s
                kill: {node: server.9, then: restart after 5}
            expect: [no-los, {recovery: 2}]
            """
        #expect(
            PlanText.errors(text) == [
                """
                p.yaml:1:7: `Master Loss` cannot be a plan's name - write up to 64 letters, digits \
                and `-`, for example master-loss
                """,
                "p.yaml:2:1: unknown key `sede` in `plan` - did you mean `seed`?",
                """
                p.yaml:3:41: `hold`: `2` has no unit - write a number with ns, us, ms, s, m or h, \
                for example 250ms
                """,
                """
                p.yaml:5:9: `rate`: `100` is no rate - write how many in which time, for example \
                100/s or 3/10s
                """,
                """
                p.yaml:6:9: `body`: `64KB` is not a size: unknown unit `KB` - write a number with \
                B, KiB, MiB or GiB, for example 64KiB
                """,
                """
                p.yaml:7:8: `for`: `10sec` is not a duration: unknown unit `sec` - write a number \
                with ns, us, ms, s, m or h, for example 250ms
                """,
                """
                p.yaml:9:5: the step has no action - write one of kill, stop, start, restart, \
                cut, drop, duplicate, reorder
                """,
                "p.yaml:10:5: unknown key `kil` in `step` - did you mean `kill`?",
                """
                p.yaml:12:18: unknown node `server.9` - the plan has server.1 to server.3 or \
                client.1 to client.4; `role master` is whoever is master then
                """,
                """
                p.yaml:12:34: `then`: `5` has no unit - write a number with ns, us, ms, s, m or \
                h, for example 250ms
                """,
                "p.yaml:13:10: unknown guarantee `no-los` - did you mean `no-loss` (D1)?",
                """
                p.yaml:13:29: `recovery`: `2` has no unit - write a number with ns, us, ms, s, m or \
                h, for example 250ms
                """,
            ]
        )
    }

    @Test(
        "text that is no plan says where and why",
        arguments: [
            ("", "1:1: the plan is empty"),
            ("# nothing\n", "1:1: the plan is empty"),
            ("~", "1:1: the plan is empty"),
            ("- a\n", "1:1: `plan` must be a mapping, not a list"),
            ("word", "1:1: `plan` must be a mapping, not `word`"),
            ("plan: a\ncluster: {servers: 1", "3:1: no YAML: "),
            ("plan: a\n  seed: b\n", "2:7: no YAML: "),
            ("plan: a\n\tseed: 1\n", "2:1: no YAML: "),
            ("plan: *b\n", "1:7: no YAML: found undefined alias"),
            (PlanText.head + "---\nplan: b\n", "3:1: a second document begins"),
            ("plan: a\u{1}\n", "1:8: no YAML: control characters are not allowed"),
        ]
    )
    func noPlan(text: String, expected: String) throws {
        let errors = PlanText.errors(text)
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("p.yaml:" + expected) == true, "\(errors)")
    }

    @Test("a repeated key is told, and so is all else that is wrong")
    func repeatedKeys() {
        let text = """
            plan: test
            "plan": again
            cluster: {servers: 3, clients: 4, servers: 0}
            story: [{at: 1s, at: 2s, kill: {node: nobody}}]
            """
        let errors = PlanText.errors(text).map { $0.prefix { $0 != "-" } }
        #expect(
            errors == [
                "p.yaml:1:1: the key `plan` stands more than once in one mapping ",
                "p.yaml:3:11: the key `servers` stands more than once in one mapping ",
                "p.yaml:3:44: `servers` is out of range: 0 ",
                "p.yaml:4:10: the key `at` stands more than once in one mapping ",
                "p.yaml:4:39: unknown node `nobody` ",
            ]
        )
    }

    @Test(
        "a value of the wrong kind or out of range is told",
        arguments: [
            ("cluster: {clients: 1}", "`cluster` lacks the key `servers`"),
            ("cluster: {servers: two, clients: 1}", "`servers` is no whole number: `two`"),
            ("cluster: {servers: 501, clients: 1}", "`servers` is out of range: 501"),
            ("cluster: {servers: 1, clients: -1}", "`clients` is out of range: -1"),
            ("cluster: {servers: 1, clients: 1.5}", "`clients` is no whole number: `1.5`"),
            (
                "cluster: {servers: 1, clients: [1]}",
                "`clients` must be one word or text, not a list"
            ),
            ("cluster: {servers: 1, clients: }", "`clients` must be one word or text, not nothing"),
            (
                "cluster: {servers: 1, clients: 1, ordering: total, registration: available}",
                "`ordering` is total, but with `registration: available`"
            ),
            ("cluster: many", "`cluster` must be a mapping, not `many`"),
            ("cluster: {servers: 1, clients: 1, hold: 1ms}", "`hold` is out of range: 1ms"),
            ("cluster: {servers: 1, clients: 1, stock-clients: 2}", "`stock-clients` is 2, but"),
        ]
    )
    func wrongValues(text: String, expected: String) {
        let errors = PlanText.errors("plan: test\n" + text)
        #expect(errors.count == 1)
        #expect(errors.first?.contains(": " + expected) == true, "\(errors)")
    }

    @Test(
        "settings that cannot go together or are too large are told",
        arguments: [
            ("seed: 18446744073709551616", "3:7: `seed` is out of range"),
            ("system: kafka", "3:9: unknown system `kafka`"),
            ("system: {server: [a]}", "3:9: `system` lacks the key `client`"),
            ("system: {server: a, client: [b]}", "3:18: `server` must be a list, not `a`"),
            ("system: {server: [], client: [b]}", "3:18: `server` has 0 words"),
            ("system: {server: [''], client: [b]}", "3:19: `server` holds a word that is none"),
            ("expect: [{mine: {run: [a], for: 3s}}]", "3:28: unknown key `for` in `mine`"),
            ("workload: {rate: 100001/s}", "3:18: `rate` is out of range"),
            ("workload: {rate: 1/0s}", "3:18: `rate`: `1/0s` is no rate"),
            ("workload: {rate: 1e3/s}", "3:18: `rate`: `1e3/s` is no rate"),
            ("workload: {body: 2MiB}", "3:18: `body` is out of range: 2MiB"),
            ("workload: {for: 99999999999999999999s}", "3:17: `for`: "),
            ("workload: {for: 0.0001us}", "3:17: `for`: `0.0001us` is finer than a nanosecond"),
            ("drain: {quiet: 5s, at-most: 2s}", "3:16: the drain is to be quiet for 5s"),
            ("expect: {D1: 2s}", "3:14: `D1` cannot be `2s`"),
            ("expect: [D1, no-loss]", "3:14: D1 (no-loss) is expected twice"),
            ("expect: [{E1: violated}]", "3:15: E1 (evidence) cannot be expected to be violated"),
            ("expect: all", "3:9: `expect` must be a list or a mapping, not `all`"),
        ]
    )
    func wrongSettings(text: String, expected: String) {
        let errors = PlanText.errors(PlanText.head + text)
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("p.yaml:" + expected) == true, "\(errors)")
    }

    @Test("without clients there is no traffic, and asking for some is an error")
    func noClients() throws {
        let head = "plan: test\ncluster: {servers: 1, clients: 0}\n"
        let plan = try PlanLoader.load(text: head, file: "p.yaml")
        #expect(plan.workload.rate.events == 0 && plan.workload.intruders.events == 0)
        let errors = PlanText.errors(head + "workload: {rate: 1/s}")
        #expect(errors.first?.contains("there are no clients") == true)
    }

    @Test("bytes that are no UTF-8 are told with their place")
    func invalidText() throws {
        let path = "/tmp/ordeal-planning-\(UInt64.random(in: 0...UInt64.max)).yaml"
        try TestFile.write([UInt8]("plan: tést\nseed: ".utf8) + [0xff, 0x31, 0x0a], to: path)
        defer { TestFile.remove(path) }
        let errors = #expect(throws: PlanErrors.self) { try PlanLoader.load(path: path) }
        #expect(errors?.errors.first?.line == 2)
        #expect(errors?.errors.first?.column == 7)
        #expect(errors?.errors.first?.what == "the file is no UTF-8 text")
    }
}
