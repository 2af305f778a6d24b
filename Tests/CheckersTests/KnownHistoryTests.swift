import Evidence
import Testing

@testable import Checkers

/// Histories that others have met, and what must come of them.
@Suite struct KnownHistoryTests {
    /// A run that is told step by step: clients log in, and all are shown alive in the drain.
    private struct Tale {
        var run = Run()
        var sessions: [String: (node: String, incarnation: Int, session: String)] = [:]
        private var time: Int64 = 0

        init(_ users: [String], echo: Bool = false) {
            run.settings.echo = echo
            run.settings.hold = .seconds(1)
            add("orchestrator", .runStarted, [.plan: "", .seed: "1", .version: "1"])
            for user in users {
                spawn("client.\(user)", 0)
                logIn(user, 0)
            }
        }

        mutating func add(
            _ node: String,
            _ event: EventKind,
            _ fields: FieldValues = [:],
            incarnation: Int = 0
        ) {
            time += 10
            run.entries.append(
                Run.Entry(
                    node: node,
                    incarnation: incarnation,
                    time: time,
                    event: event,
                    fields: fields
                )
            )
        }

        mutating func spawn(_ node: String, _ number: Int) {
            let fields: FieldValues = [
                .target: node, .targetIncarnation: "\(number)", .pid: "1",
            ]
            add("orchestrator", .spawned, fields)
            guard number > 0 else { return }
            add("orchestrator", .ready, [.target: node, .targetIncarnation: "\(number)"])
        }

        mutating func exit(_ node: String, _ number: Int, _ cause: ExitCause) {
            var fields: FieldValues = [
                .target: node, .targetIncarnation: "\(number)", .cause: cause.rawValue,
                .status: "0", .accepted: "0",
            ]
            if cause == .injected {
                let kill: FieldValues = [.fault: "f1", .faultKind: "kill", .target: node]
                add("orchestrator", .faultIntended, kill)
                fields[.fault] = "f1"
            }
            add("orchestrator", .exited, fields)
        }

        mutating func logIn(_ user: String, _ incarnation: Int) {
            let node = "client.\(user)"
            let session = "\(user)-\(incarnation)"
            sessions[user] = (node, incarnation, session)
            let fields: FieldValues = [.operation: session, .user: user, .secret: "s"]
            add(node, .login, fields, incarnation: incarnation)
            var opened = fields
            opened[.session] = session
            opened[.resumes] = "yes"
            add(node, .loginOK, opened, incarnation: incarnation)
        }

        /// Something that the user's client does.
        mutating func does(_ user: String, _ event: EventKind, _ message: String) {
            guard let place = sessions[user] else { return }
            var fields: FieldValues = [.user: user, .message: message, .session: place.session]
            if event != .ack { fields[.digest] = "0000000000000001" }
            add(place.node, event, fields, incarnation: place.incarnation)
        }

        mutating func send(_ user: String, _ message: String) {
            does(user, .send, message)
            does(user, .ack, message)
        }

        mutating func end(drain: String? = "quiet") {
            add("orchestrator", .phase, [.phase: "drain"])
            for user in sessions.keys.sorted() {
                guard let place = sessions[user] else { continue }
                let fields: FieldValues = [
                    .user: user, .session: place.session, .since: "\(time)",
                ]
                add(place.node, .alive, fields, incarnation: place.incarnation)
            }
            if let drain {
                add("orchestrator", .drainEnded, [.reason: drain])
            } else {
                add("orchestrator", .runCutShort, [.reason: "the machine went down"])
            }
            for user in sessions.keys.sorted() {
                guard let place = sessions[user] else { continue }
                add(place.node, .closed, incarnation: place.incarnation)
                exit(place.node, place.incarnation, .stopped)
            }
            add("orchestrator", .barrier)
        }

        func judgement(_ guarantee: Guarantee) -> Judgement {
            Judge(History(records: run.records()), settings: run.settings)
                .judgement(on: guarantee)
        }

        func word(_ guarantee: Guarantee) -> String { judgement(guarantee).verdict.word }
    }

    /// The final reads of five nodes in the broadcast chapter of Maelstrom's tutorial, "Dealing with
    /// Failure" (github.com/jepsen-io/maelstrom, doc/03-broadcast/02-performance.md). Its checker says
    /// that 8 of 45 messages were lost: those that the last of the reads lacks.
    private static let finalReads: [[ClosedRange<Int>]] = [
        [3...16, 18...26, 28...29, 31...36, 38...38, 40...44],
        [3...16, 18...26, 28...29, 31...37, 39...39],
        [3...16, 18...26, 28...29, 31...37, 39...39],
        [0...2, 17...17, 27...27, 30...30, 32...36, 38...38, 40...44],
        [3...16, 18...26, 28...29, 31...36],
    ]

    @Test(
        "of Maelstrom's 45 messages 40 are missing somewhere, 14 of them at three or four of five"
    )
    func maelstrom() {
        let readers = (0..<5).map { "n\($0)" }
        var tale = Tale(["writer"] + readers)
        for value in 0..<45 { tale.send("writer", "writer/s/\(value + 1)") }
        for (reader, ranges) in zip(readers, Self.finalReads) {
            for value in ranges.flatMap(Array.init) {
                tale.does(reader, .deliver, "writer/s/\(value + 1)")
            }
        }
        tale.end()
        let judgement = tale.judgement(.noLoss)
        #expect(judgement.verdict == .violated)
        var missing: [String: Set<String>] = [:]
        for finding in judgement.findings {
            for message in finding.messages {
                missing[message, default: []].formUnion(finding.users)
            }
        }
        #expect(missing.count == 40)
        #expect(missing.values.count { $0.count == 3 } == 8)
        #expect(missing.values.count { $0.count == 4 } == 6)
        #expect(tale.word(.fifo) == "holds")
    }

    @Test("a drain that crashed proves no loss, and no delivery either")
    func crashedDrain() {
        for drain in [nil, "cap"] {
            var tale = Tale(["a", "b"])
            tale.send("a", "a/s/1")
            tale.end(drain: drain)
            #expect(tale.word(.noLoss) == "unproved")
        }
        var whole = Tale(["a", "b"])
        whole.send("a", "a/s/1")
        whole.end(drain: "stalled")
        #expect(whole.word(.noLoss) == "violated")
    }

    @Test("a later message before a restart, the earlier one after it: the order is broken")
    func inversionAcrossRestart() {
        var tale = Tale(["a", "b"])
        tale.send("a", "a/s/1")
        tale.send("a", "a/s/2")
        tale.does("b", .deliver, "a/s/2")
        tale.exit("client.b", 0, .injected)
        tale.spawn("client.b", 1)
        tale.logIn("b", 1)
        tale.does("b", .deliver, "a/s/1")
        // That it comes again is no new order.
        tale.does("b", .deliver, "a/s/2")
        tale.end()
        let judgement = tale.judgement(.fifo)
        #expect(judgement.verdict == .violated)
        #expect(judgement.findings.map(\.messages) == [["a/s/1", "a/s/2"]])
        #expect(tale.word(.noLoss) == "holds")
    }

    @Test("the third user gets the answer before the question")
    func causalInversion() {
        var tale = Tale(["asker", "answerer", "third"])
        tale.send("asker", "asker/s/1")
        tale.does("answerer", .deliver, "asker/s/1")
        tale.send("answerer", "answerer/s/1")
        tale.does("asker", .deliver, "answerer/s/1")
        tale.does("third", .deliver, "answerer/s/1")
        tale.does("third", .deliver, "asker/s/1")
        tale.end()
        let judgement = tale.judgement(.causal)
        #expect(judgement.verdict == .violated)
        #expect(judgement.findings.map(\.messages) == [["asker/s/1", "answerer/s/1"]])
        #expect(judgement.findings.map(\.users) == [["third"]])
        // Nobody else got both, so one order fits all; and each stream has but one message.
        #expect(tale.word(.total) == "holds")
        #expect(tale.judgement(.fifo).verdict == .unproved("nothing to judge"))
    }

    @Test("a message that comes through others who never got it is still in the past")
    func causeOfCause() {
        var tale = Tale(["a", "b", "c", "d"])
        tale.send("a", "a/s/1")
        tale.does("b", .deliver, "a/s/1")
        tale.send("b", "b/s/1")
        tale.does("c", .deliver, "b/s/1")
        tale.send("c", "c/s/1")
        // d never gets b's message, which is what ties a's to c's.
        tale.does("d", .deliver, "c/s/1")
        tale.does("d", .deliver, "a/s/1")
        tale.end()
        #expect(tale.judgement(.causal).findings.map(\.messages) == [["a/s/1", "c/s/1"]])
    }

    @Test("two users get two unrelated messages in two orders")
    func twoOrders() {
        var tale = Tale(["a", "b", "c", "d"])
        tale.does("a", .send, "a/s/1")
        tale.does("b", .send, "b/s/1")
        tale.does("a", .ack, "a/s/1")
        tale.does("b", .ack, "b/s/1")
        for message in ["a/s/1", "b/s/1"] { tale.does("c", .deliver, message) }
        for message in ["b/s/1", "a/s/1"] { tale.does("d", .deliver, message) }
        tale.end()
        let judgement = tale.judgement(.total)
        #expect(judgement.verdict == .violated)
        #expect(judgement.findings.map { Set($0.messages) } == [["a/s/1", "b/s/1"]])
        #expect(Set(judgement.findings[0].users) == ["c", "d"])
        #expect(tale.judgement(.causal).verdict == .unproved("nothing to judge"))
    }

    @Test("three users, no two of whom disagree, whose orders make a circle")
    func circle() {
        var tale = Tale(["a", "b", "c", "x", "y", "z"])
        for user in ["a", "b", "c"] { tale.send(user, "\(user)/s/1") }
        for (user, messages) in [("x", ["a", "b"]), ("y", ["b", "c"]), ("z", ["c", "a"])] {
            for message in messages { tale.does(user, .deliver, "\(message)/s/1") }
        }
        tale.end(drain: "cap")
        let judgement = tale.judgement(.total)
        #expect(judgement.findings.map { Set($0.users) } == [["x", "y", "z"]])
    }

    @Test("a registration that timed out may take effect later, but only if nobody has the name")
    func lateRegistration() {
        for isTaken in [false, true] {
            var tale = Tale(["a", "b"])
            func register(_ user: String, _ secret: String, _ outcome: EventKind) {
                let node = "client.\(user)"
                let fields: FieldValues = [.operation: "r\(user)", .user: "name"]
                var asked = fields
                asked[.secret] = secret
                tale.add(node, .register, asked)
                tale.add(node, outcome, fields)
            }
            register("a", "mine", .registerInfo)
            // Not there yet: nobody was told that it would be.
            let early: FieldValues = [.operation: "l1", .user: "name"]
            tale.add("client.a", .login, [.operation: "l1", .user: "name", .secret: "mine"])
            var denied = early
            denied[.reason] = "unknown-user"
            tale.add("client.a", .loginFail, denied)
            if isTaken { register("b", "other", .registerOK) }
            let login: FieldValues = [.operation: "l2", .user: "name", .secret: "mine"]
            tale.add("client.a", .login, login)
            var opened = login
            opened[.session] = "late"
            tale.add("client.a", .loginOK, opened)
            tale.end()
            #expect(tale.word(.uniqueRegistration) == (isTaken ? "violated" : "holds"))
            #expect(tale.word(.durableRegistration) != "violated")
        }
    }
}
