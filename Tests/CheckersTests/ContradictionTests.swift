import Checkers
import Evidence
import Testing

/// Records that contradict one another are no complete evidence.
@Suite struct ContradictionTests {
    private func story() -> Story { .talk() }

    /// What E1 says of a story; its sentences must name the record that is meant.
    private func expect(_ story: Story, _ sentence: String, _ records: [Record]? = nil) {
        let records = records ?? story.records()
        let history = History(records: records)
        #expect(history.completeness.problems.contains { $0.contains(sentence) }, "\(sentence)")
        #expect(story.word(.evidence, records) == "unproved", "\(sentence)")
    }

    @Test("records that agree have no problem, a fault that comes again and a late answer neither")
    func agreeing() {
        var story = story()
        for (time, link) in [(200, "a -> b"), (300, "b -> c")] as [(Int64, String)] {
            tellFault(&story, time, Self.steps, [.link: link])
        }
        story.alive("client.1", 8500, "ann", "A")
        story.add("client.1", 8600, .logout, [.user: "ann", .session: "A"])
        let records = story.records()
        #expect(History(records: records).completeness.problems == [])
        #expect(story.word(.evidence, records) == "holds")
    }

    @Test("a record in a session of another user")
    func users() {
        var other = story()
        other.deliver("client.2", 120, "eve", "B", "ann/s/1")
        expect(other, "client.2/0#3 (deliver) is of user eve, but its session B is one of bob")
        var sent = story()
        sent.asked("client.2", 120, "eve/s/1", "B")
        expect(sent, "(send) is of user eve")
        var opened = story()
        opened.logIn("client.2", 120, "eve", "B")
        expect(opened, "(login-ok) is of user eve")
    }

    @Test("what a server writes in place of a client is not believed either")
    func servers() {
        var delivered = story()
        delivered.deliver("server.1", 120, "bob", "B", "ann/s/1")
        expectOpen(delivered, "(deliver) is in session B, which server.1 had not opened")
        var acknowledged = story()
        acknowledged.add("server.1", 120, .ack, [.user: "ann", .message: "ann/s/1"])
        expectOpen(acknowledged, "(ack) ends the send of ann/s/1, which server.1 had not begun")
    }

    @Test("sessions of one name in two starts of clients are two")
    func names() {
        var story = story()
        story.logIn("client.3", 10, "cyd", "B")
        story.deliver("client.3", 110, "cyd", "B", "ann/s/1")
        #expect(History(records: story.records()).completeness.isComplete)
    }

    @Test("a session that is opened again, in the same manner or another")
    func reopening() {
        for resumes in ["yes", "no"] {
            var story = story()
            let fields: FieldValues = [
                .operation: "2", .user: "bob", .secret: "s", .session: "B", .resumes: resumes,
            ]
            story.add("client.2", 200, .login, [.operation: "2", .user: "bob", .secret: "s"])
            story.add("client.2", 201, .loginOK, fields)
            expect(story, "client.2/0#1 (login-ok) and client.2/0#4 (login-ok) both open session B")
        }
    }

    /// Expects a sentence, and that everything which rests on clients' records is unproved for it; where the
    /// story is right, that nothing is wrong with it.
    private func expectOpen(_ story: Story, _ sentence: String, unless isRight: Bool = false) {
        let records = story.records()
        guard !isRight else {
            #expect(History(records: records).completeness.problems == [])
            return
        }
        expect(story, sentence, records)
        for guarantee in [
            Guarantee.noLoss, .noCreation, .addressing, .authentication, .singleLogin,
        ] {
            let verdict = story.judgement(guarantee, records).verdict
            #expect(verdict.word == "unproved", "\(guarantee)")
            #expect(verdict.reason?.contains(sentence) == true, "\(guarantee)")
        }
        #expect(story.word(.processes, records) == "holds")
    }

    @Test("an end without its beginning is no proof that anything began")
    func unasked() {
        var registered = story()
        registered.add("client.1", 120, .registerOK, [.operation: "r", .user: "ann"])
        expectOpen(registered, "(register-ok) ends what client.1 had not asked for")
        var opened = story()
        opened.add(
            "client.3",
            120,
            .loginOK,
            [.operation: "l", .user: "cyd", .secret: "s", .session: "C", .resumes: "yes"]
        )
        expectOpen(opened, "(login-ok) ends what client.3 had not asked for")
        var sent = story()
        sent.add("client.2", 120, .ack, [.user: "bob", .message: "bob/s/1"])
        expectOpen(sent, "(ack) ends the send of bob/s/1, which client.2 had not begun")
    }

    @Test("what another client says of a session is not believed, and neither are its sends")
    func strangers() {
        for event in [EventKind.deliver, .ack, .send, .logout, .sessionEnded, .alive, .confirmed] {
            var story = story()
            var fields: FieldValues = [.user: "ann", .session: "A"]
            if [.deliver, .ack].contains(event) { fields[.message] = "ann/s/1" }
            if event == .send { fields[.message] = "ann/s/9" }
            if [.deliver, .send].contains(event) { fields[.digest] = Story.digest }
            if event == .alive { fields[.since] = "119" }
            if event == .confirmed { fields[.count] = "1" }
            story.add("client.2", 120, event, fields)
            expectOpen(story, "is in session A, which client.2 had not opened")
        }
        var acknowledged = story()
        acknowledged.asked("client.1", 120, "ann/s/2", "A")
        acknowledged.add("client.2", 130, .ack, [.user: "ann", .message: "ann/s/2"])
        expectOpen(acknowledged, "ends the send of ann/s/2, which client.2 had not begun")
        var sent = story()
        sent.add(
            "client.2",
            120,
            .send,
            [.user: "ann", .message: "ann/s/1", .digest: "00000000000000aa"]
        )
        expectOpen(sent, "both send ann/s/1")
    }

    @Test("nothing comes in a session after its end, but its end told again")
    func ended() {
        for (event, isRight) in [(EventKind.alive, false), (.logout, false), (.sessionEnded, true)]
        {
            var story = story()
            var fields: FieldValues = [.user: "bob", .session: "B"]
            story.add("client.2", 200, .sessionEnded, fields)
            if event == .alive { fields[.since] = "190" }
            story.add("client.2", 210, event, fields)
            expectOpen(story, "comes after client.2/0#3 (session-ended)", unless: isRight)
        }
    }

    @Test("an answer that is followed by its opposite")
    func opposites() {
        var story = story()
        story.add("client.1", 120, .sendFail, [.user: "ann", .message: "ann/s/1"])
        expectOpen(story, "(send-fail) denies client.1/0#3 (ack)")
    }

    @Test("times that cannot be: outside the life of a process, or of a request")
    func times() {
        for (time, sentence) in [(5, "before"), (9700, "after")] as [(Int64, String)] {
            var late = story()
            late.deliver("client.2", 120, "bob", "B", "ann/s/1")
            var records = late.records()
            for index in records.indices
            where records[index].node == "client.2" && records[index].time.nanoseconds == 120 {
                records[index].time = Instant(nanoseconds: time)
            }
            expect(late, "(deliver) is of a time \(sentence) orchestrator", records)
            #expect(late.word(.noCreation, records) == "unproved")
        }
        for (since, isRight) in [(9, false), (10, true), (119, true), (121, false)]
            as [(Int64, Bool)]
        {
            var asked = story()
            asked.alive("client.2", 120, "bob", "B", since: since)
            expectOpen(asked, "(alive) answers a request", unless: isRight)
        }
    }

    @Test("the course of a run comes once, by one writer; else nothing is proved")
    func course() {
        let again: [(EventKind, FieldValues)] = [
            (.runStarted, [.plan: "", .seed: "1", .version: "1"]),
            (.drainEnded, [.reason: "quiet", .count: "0"]), (.phase, [.phase: "drain"]),
        ]
        for (event, fields) in again {
            var story = story()
            story.tell(9100, event, fields)
            expect(story, "both tell the same of the run")
            for guarantee in [Guarantee.noLoss, .processes, .experiment] {
                #expect(story.word(guarantee) == "unproved")
            }
        }
        var back = story()
        back.tell(9100, .phase, [.phase: "heal"])
        expect(back, "comes after orchestrator")
        var foreign = story()
        foreign.add("client.2", 120, .phase, [.phase: "workload"])
        expect(foreign, "client.2/0#3 (phase) tells of the run, which orchestrator/0#0")
    }

    @Test("after a gap of its writer nothing is contradicted by what is missing")
    func afterGap() {
        let records = story().records().filter {
            !($0.node == "client.2" && ($0.event == .login || $0.event == .loginOK))
        }
        let report = History(records: records).completeness
        #expect(report.problems == [])
        #expect(report.gaps.map(\.description) == ["client.2 records 0 to 1"])
    }

    @Test("a violation stays whose witnesses are all of others")
    func others() {
        for (node, word) in [("client.1", "violated"), ("client.2", "unproved")] {
            var story = story()
            story.deliver("client.2", 120, "bob", "B", "ann/s/1")
            story.add(node, 130, .registerOK, [.operation: "r", .user: "ann"])
            #expect(story.word(.noDuplication) == word)
        }
    }

    @Test("an operation that is a registration and a login, or of two users")
    func operations() {
        var kinds = story()
        kinds.add("client.2", 120, .register, [.operation: "B", .user: "bob", .secret: "s"])
        expect(kinds, "(register) belongs to an operation that is a login")
        var users = story()
        users.add("client.2", 120, .login, [.operation: "B", .user: "eve", .secret: "s"])
        expect(users, "(login) is of user eve, but its operation is one of bob")
    }

    @Test("more records accepted than the closing record counts")
    func counts() throws {
        let story = story()
        var records = story.records()
        let exit = try #require(
            records.firstIndex { $0.event == .exited && $0[.target] == "client.1" }
        )
        let count = try #require(records.first { $0.node == "client.1" && $0.event == .closed })
        let right = try #require(count.integer(.count))
        for (accepted, isRight) in [(right - 1, true), (right, true), (right + 1, false)] {
            records[exit].fields[.accepted] = "\(accepted)"
            #expect(History(records: records).completeness.isComplete == isRight, "\(accepted)")
        }
        expect(story, "the journal accepted \(right + 1) records of client.1", records)
    }

    @Test("a start of a node that ends twice")
    func ends() {
        var story = story()
        let exit: FieldValues = [
            .target: "client.2", .targetIncarnation: "0", .cause: "signal", .status: "11",
            .accepted: "4",
        ]
        story.tell(9550, .exited, exit)
        expect(story, "both tell the same of client.2")
    }

    @Test("an end by a fault of which nothing tells")
    func injected() {
        func exit(_ fault: String?) -> FieldValues {
            var fields: FieldValues = [
                .target: "server.9", .targetIncarnation: "0", .cause: "injected", .status: "9",
                .accepted: "0",
            ]
            fields[.fault] = fault
            return fields
        }
        var unnamed = story()
        unnamed.tell(300, .exited, exit(nil))
        expect(unnamed, "says that a fault ended server.9, but not which")
        var unknown = story()
        unknown.tell(300, .exited, exit("f7"))
        expect(unknown, "but nothing tells of a fault f7")
        var elsewhere = story()
        elsewhere.tell(300, .exited, exit("f1"))
        tellFault(&elsewhere, 290, Array(Self.steps.prefix(3)), [.target: "server.8"])
        expect(elsewhere, "fault ended server.9, but fault f1 is not on it")
        var known = story()
        known.tell(300, .exited, exit("f1"))
        tellFault(&known, 290, Array(Self.steps.prefix(3)), [.target: "server.9"])
        #expect(History(records: known.records()).completeness.problems == [])
    }

    private static let steps: [EventKind] = [
        .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
    ]

    private func tellFault(
        _ story: inout Story,
        _ time: Int64,
        _ steps: [EventKind],
        _ values: FieldValues = [.link: "a -> b"]
    ) {
        for (place, step) in steps.enumerated() {
            var fields = values
            fields[.fault] = "f1"
            fields[.faultKind] = "cut"
            story.tell(time + Int64(place), step, fields)
        }
    }

    @Test("a fault whose steps are out of order", arguments: 0..<4)
    func order(place: Int) {
        var steps = Self.steps
        steps.swapAt(place, place + 1)
        var story = story()
        tellFault(&story, 200, steps)
        expect(story, "fault f1: ")
    }

    @Test("a step of a fault that comes again, at once or after all others", arguments: 0..<5)
    func stepAgain(place: Int) {
        var steps = Self.steps
        steps.insert(steps[place], at: place)
        var twice = story()
        tellFault(&twice, 200, steps)
        expect(twice, "are the same step")
        var late = story()
        tellFault(&late, 200, Self.steps + [Self.steps[place]])
        expect(late, place == 4 ? "are the same step" : "comes after")
    }

    @Test("a step of a fault where it was not meant", arguments: 1..<5)
    func stepElsewhere(place: Int) {
        var story = story()
        tellFault(&story, 200, Self.steps)
        tellFault(&story, 300, [Self.steps[place]], [.link: "b -> a"])
        expect(story, "is on what no fault-intended named before")
    }

    @Test("a fault of two kinds")
    func kinds() {
        var story = story()
        tellFault(&story, 200, Self.steps)
        let fields: FieldValues = [
            .fault: "f1", .faultKind: "drop", .link: "a -> b", .reason: "not healed: no",
        ]
        story.tell(300, .faultFailed, fields)
        expect(story, "(fault-failed) is of a drop, not of a cut")
    }

    @Test("of many contradictions the first are told, and how many there are")
    func bound() {
        var story = story()
        for time in 0..<100 {
            story.deliver("client.2", 200 + Int64(time), "eve", "B", "ann/s/1")
        }
        let problems = History(records: story.records()).completeness.problems
        #expect(problems.count == 21)
        #expect(problems.last == "records contradict one another in 80 more places")
    }
}
