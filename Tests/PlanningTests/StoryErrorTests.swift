import Planning
import Testing

@Suite struct StoryErrorTests {
    @Test(
        "a step that is wrong by itself is told",
        arguments: [
            ("kill: {node: server.1}", "`story` must be a list"),
            ("- {kill: {node: server.1}}", "`step` lacks the key `at`"),
            ("- {at: 10s, kill: {node: server.1}}", "the step begins at 10s, when the workload"),
            ("- {at: 1s, kill: {node: server.1}, cut: {}}", "a step has one action"),
            ("- {at: 1s, kill: {}}", "`kill` lacks the key `node`"),
            ("- {at: 1s, kill: server.1}", "`kill` must be a mapping, not `server.1`"),
            ("- {at: 1s, kill: {node: role boss}}", "unknown role `boss`"),
            ("- {at: 1s, kill: {node: server.01}}", "unknown node `server.01`"),
            ("- {at: 1s, kill: {node: server.0}}", "unknown node `server.0`"),
            ("- {at: 1s, kill: {node: client.5}}", "unknown node `client.5`"),
            ("- {at: 1s, kill: {node: server.1, signal: STOP}}", "`STOP` is no signal that ends"),
            ("- {at: 1s, kill: {node: server.1, signal: 19}}", "`19` is no signal that ends"),
            ("- {at: 1s, kill: {node: server.1, then: restart}}", "`then` cannot be `restart`"),
            (
                "- {at: 1s, kill: {node: server.1, then: restart after 2h}}",
                "`then` is out of range"
            ),
            ("- {at: 1s, cut: {link: server.1 -> server.2}}", "`cut` lacks the key `for`"),
            ("- {at: 1s, cut: {for: 1s}}", "`cut` lacks the key `between`"),
            ("- {at: 1s, cut: {between: [server.1], for: 1s}}", "`cut` lacks the key `and`"),
            ("- {at: 1s, cut: {link: server.1, for: 1s}}", "`server.1` is no link"),
            ("- {at: 1s, cut: {link: server.1 -> , for: 1s}}", "`server.1 ->` is no link"),
            (
                "- {at: 1s, cut: {link: server.1 -> server.2, and: others, for: 1s}}",
                "a cut has either `link` or `between`"
            ),
            (
                "- {at: 1s, cut: {link: server.1 -> server.2, how: drop, for: 1s}}",
                "`how` cannot be `drop`"
            ),
            (
                "- {at: 1s, cut: {link: server.2 -> server.2, for: 1s}}",
                "a fault on nothing: the link `server.2 -> server.2` leads from a node to itself"
            ),
            (
                "- {at: 1s, cut: {link: client.1 -> client.2, for: 1s}}",
                "a fault on nothing: there is no link between two clients"
            ),
            (
                "- {at: 1s, cut: {between: [], and: others, for: 1s}}",
                "a fault on nothing: `between` is empty"
            ),
            (
                "- {at: 1s, cut: {between: [server.1], and: [], for: 1s}}",
                "a fault on nothing: `and` is empty"
            ),
            (
                "- {at: 1s, cut: {between: [server.1], and: [server.1], for: 1s}}",
                "a fault on nothing: `server.1` is in both groups"
            ),
            (
                "- {at: 1s, cut: {between: [client.1], and: [client.2], for: 1s}}",
                "a fault on nothing: there is no link between two clients"
            ),
            (
                "- {at: 1s, cut: {between: [server.1, server.2, server.3], and: others, for: 1s}}",
                "a fault on nothing: `between` names every server"
            ),
            (
                "- {at: 1s, cut: {between: [server.1, server.1], and: others, for: 1s}}",
                "`server.1` stands twice in the group"
            ),
            (
                "- {at: 1s, cut: {between: {server: 1}, and: others, for: 1s}}",
                "`between` must be a node or a list of nodes"
            ),
            (
                "- {at: 1s, cut: {between: [server.1], and: rest, for: 1s}}",
                "unknown node `rest`"
            ),
            (
                "- {at: 1s, cut: {between: others, and: [server.1], for: 1s}}",
                "`others` are those that the first side does not name"
            ),
            (
                "- {at: 1s, cut: {between: [server.1..3, client.1..4], and: all others, for: 1s}}",
                "a fault on nothing: `between` names every server"
            ),
            (
                "- {at: 1s, cut: {between: [server.1..2], and: [servers], for: 1s}}",
                "a fault on nothing: server.1 is in both groups"
            ),
            (
                "- {at: 1s, cut: {link: clients -> client.2, for: 1s}}",
                "a fault on nothing: client.2 is in both groups"
            ),
            ("- {at: 1s, kill: {node: server.2..4}}", "unknown node `server.4`"),
            ("- {at: 1s, kill: {node: server.2..x}}", "unknown node `server.2..x`"),
            ("- {at: 1s, kill: {node: server.3..2}}", "the range `server.3..2` is empty"),
            ("- {at: 1s, kill: {node: [server.1..2, server.2]}}", "`server.2` stands twice"),
            ("- {at: 1s, kill: {node: others}}", "`others` are the other side of a cut"),
            ("- {at: 1s, kill: {node: servers}}", "no server is left from then on"),
            (
                "- {at: 1s, kill: {node: servers, then: restart after 1s}}",
                "every server is down at once"
            ),
            (
                "- {at: 1s, restart: {node: servers, rolling: false}}",
                "every server is down at once"
            ),
            ("- {at: 1s, restart: {node: servers, rolling: maybe}}", "`rolling` is neither `true`"),
            (
                "- {at: 1s, restart: {node: server.1, rolling: false, every: 1s}}",
                "`every` says nothing"
            ),
            (
                "- {at: 8s, restart: {node: servers, every: 1s}}",
                "the restart of 3 nodes, one every 1s, does not end before the workload does"
            ),
            ("- {at: 1s, stop: {}}", "`stop` lacks the key `node`"),
            ("- {at: 1s, stop: {node: server.1, then: stay down}}", "unknown key `then` in `stop`"),
            ("- {at: 1s, start: {node: server.1}}", "server.1 cannot start later"),
            ("- {at: 1s, start: {node: servers}}", "a start of nothing: none of the servers"),
            ("- {at: 1s, start: {node: any server}}", "`any server` is no node that is down"),
            (
                "- {at: 1s, drop: {link: servers -> client.1, matching: A, for: 1s}}",
                "the link must be one node's to one other node"
            ),
            (
                "- {at: 1s, drop: {link: server.1 -> client.1, for: 1s}}",
                "`drop` lacks the key `matching`"
            ),
            (
                "- {at: 1s, drop: {link: server.1 -> client.1, matching: '', for: 1s}}",
                "`matching` is empty, too long or of several lines"
            ),
            (
                "- {at: 1s, reorder: {link: server.1 -> client.1, matching: A, count: 0, for: 1s}}",
                "`count` is out of range: 0"
            ),
        ]
    )
    func wrongStep(step: String, expected: String) {
        let errors = PlanText.storyErrors("story:\n  \(step)\n")
        #expect(errors.count == 1)
        #expect(errors.first?.contains(": " + expected) == true, "\(errors)")
    }

    @Test(
        "a step that meets nothing because of another is told",
        arguments: [
            (
                "[{at: 2s, kill: {node: server.1}}, {at: 1s, kill: {node: server.1}}]",
                "3:24: a fault on nothing: server.1 is down for good, by fault.2"
            ),
            (
                """
                [{at: 1s, kill: {node: server.1, then: restart after 2s}}, \
                {at: 2s, kill: {node: server.1}}]
                """,
                "3:82: a fault on nothing: server.1 is down until 3s at the earliest, by fault.1"
            ),
            (
                """
                [{at: 1s, kill: {node: server.1}}, \
                {at: 2s, cut: {link: server.1 -> server.2, for: 1s}}]
                """,
                "3:57: a fault on nothing: server.1 is down for good, by fault.1"
            ),
            (
                """
                [{at: 1s, kill: {node: client.1}}, \
                {at: 2s, drop: {link: server.1 -> client.1, matching: A, for: 1s}}]
                """,
                "3:58: a fault on nothing: client.1 is down for good, by fault.1"
            ),
            (
                """
                [{at: 1s, cut: {between: [server.1], and: others, for: 3s}}, \
                {at: 2s, cut: {link: server.2 -> server.1, for: 9s}}]
                """,
                "3:83: the link server.2 -> server.1 is cut already, by fault.1 until 4s"
            ),
            (
                """
                [{at: 1s, cut: {link: server.1 -> client.1, for: 3s}}, \
                {at: 2s, drop: {link: server.1 -> client.1, matching: A, for: 1s}}]
                """,
                "3:78: a fault on nothing: the link is cut until 4s, by fault.1"
            ),
        ]
    )
    func meetsNothing(story: String, expected: String) {
        let errors = PlanText.storyErrors("story: \(story)\n")
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("p.yaml:" + expected) == true, "\(errors)")
    }

    @Test(
        "a start that meets nothing because of another step is told",
        arguments: [
            (
                "[{at: 1s, start: {node: server.2}}, {at: 2s, start: {node: server.2}}]",
                "3:60: a start of nothing: server.2 runs then"
            ),
            (
                """
                [{at: 1s, kill: {node: server.2, then: restart after 2s}}, \
                {at: 2s, start: {node: server.2}}]
                """,
                "3:83: server.2 needs no start: fault.1 starts it again at 3s or later"
            ),
            (
                "[{at: 1s, stop: {node: server.2}}, {at: 2s, stop: {node: server.2}}]",
                "3:58: a fault on nothing: server.2 is down for good, by fault.1"
            ),
            (
                "[{at: 3s, start: {node: client.2}}, {at: 1s, kill: {node: role master}}]",
                ""
            ),
            (
                "[{at: 1s, stop: {node: [server.1, server.2]}}, {at: 2s, kill: {node: server.3}}]",
                "3:70: no server is left from then on"
            ),
        ]
    )
    func startsNothing(story: String, expected: String) {
        let errors = PlanText.storyErrors("story: \(story)\n")
        #expect(errors.count == (expected.isEmpty ? 0 : 1))
        #expect(
            expected.isEmpty || errors.first?.hasPrefix("p.yaml:" + expected) == true,
            "\(errors)"
        )
    }

    @Test(
        "a story that only looks odd is right",
        arguments: [
            "[{at: 1s, stop: {node: server.2}}, {at: 3s, start: {node: servers}}]",
            "[{at: 1s, kill: {node: role master}}, {at: 3s, start: {node: server.1}}]",
            "[{at: 1s, restart: {node: servers, every: 2s, down-for: 100ms}}]",
            "[{at: 1s, restart: {node: [server.1, role master], rolling: false}}]",
            "[{at: 1s, kill: {node: [any server, role master], then: restart after 1s}}]",
            "[{at: 1s, cut: {between: role master, and: all others, for: 1s}}]",
            "[{at: 1s, cut: {between: [server.1..2, client.1..2], and: all others, for: 1s}}]",
            "[{at: 1s, cut: {link: servers -> clients, for: 1s}}]",
            "[{at: 1s, cut: {link: server.2 -> others, for: 1s}}]",
            "[{at: 4s, start: {node: server.2}}, {at: 3s, cut: {link: server.1 -> server.2, for: 2s}}]",
            "[{at: 1s, cut: {link: server.1 -> server.2, for: 1h}}]",
            """
            [{at: 1s, cut: {link: server.1 -> server.2, for: 1s}}, \
            {at: 2s, cut: {link: server.1 -> server.2, for: 1s}}]
            """,
            """
            [{at: 1s, cut: {link: server.1 -> server.2, for: 3s}}, \
            {at: 2s, cut: {link: server.2 -> server.1, for: 3s}}]
            """,
            """
            [{at: 1s, kill: {node: server.1, then: restart after 1s}}, \
            {at: 2s, kill: {node: server.1}}]
            """,
            "[{at: 1s, kill: {node: role master}}, {at: 2s, kill: {node: role master}}]",
            "[{at: 1s, cut: {between: [server.1, client.1], and: [server.2, client.2], for: 1s}}]",
            "[{at: 1s, kill: {node: client.4}}]",
        ]
    )
    func right(story: String) {
        #expect(PlanText.storyErrors("story: \(story)\n") == [])
    }

    @Test(
        "servers that keep what they know on disk may all be down at once, but not for good",
        arguments: [
            ("[{at: 1s, kill: {node: servers, then: restart after 1s}}]", ""),
            ("[{at: 1s, restart: {node: servers, rolling: false}}]", ""),
            ("[{at: 1s, stop: {node: servers}}, {at: 3s, start: {node: servers}}]", ""),
            ("[{at: 1s, kill: {node: servers}}]", "no server is left from then on"),
        ]
    )
    func durable(story: String, expected: String) {
        let head = PlanText.head.replacing("clients: 4", with: "clients: 4, durable: true")
        let errors = PlanText.errors("\(head)story: \(story)\n")
        #expect(errors.count == (expected.isEmpty ? 0 : 1), "\(errors)")
        #expect(expected.isEmpty || errors.first?.contains(expected) == true, "\(errors)")
    }
}
