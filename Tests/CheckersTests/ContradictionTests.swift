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
        for time in [200, 300] as [Int64] {
            tellFault(&story, time, Self.steps)
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
        var known = story()
        known.tell(300, .exited, exit("f1"))
        tellFault(&known, 290, Array(Self.steps.prefix(3)))
        #expect(History(records: known.records()).completeness.problems == [])
    }

    private static let steps: [EventKind] = [
        .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
    ]

    private func tellFault(_ story: inout Story, _ time: Int64, _ steps: [EventKind]) {
        for (place, step) in steps.enumerated() {
            let fields: FieldValues = [.fault: "f1", .faultKind: "cut", .link: "a -> b"]
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
