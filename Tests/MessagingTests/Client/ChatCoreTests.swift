import Evidence
import Testing

@testable import Messaging

@Suite struct ChatCoreTests {
    /// A chat that is logged in, and its connection.
    private func chat() throws -> (bench: Bench<ChatCore>, connection: ConnectionID) {
        var configuration = ClientConfiguration(
            user: "ann",
            secret: "x",
            client: "c",
            servers: [Address(host: "s1", port: 1)]
        )
        configuration.registers = false
        var bench = Bench(ChatCore(configuration))
        bench.tell(.started)
        let id = try bench.accept()
        _ = bench.sent(id)
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: 0)
        bench.say(.loginSuccess(info: "", grant: grant), on: id)
        _ = bench.sent(id)
        return (bench, id)
    }

    private func type(_ line: String?, _ bench: inout Bench<ChatCore>) {
        bench.take(bench.core.enter(line, now: bench.now))
    }

    @Test("a name that the attempt before may have registered is no reason to give up")
    func undecidedRegistration() throws {
        var configuration = ClientConfiguration(
            user: "ann",
            secret: "x",
            client: "c",
            servers: [Address(host: "s1", port: 1)]
        )
        configuration.registers = true
        var bench = Bench(ChatCore(configuration))
        bench.tell(.started)
        let first = try bench.accept()
        #expect(bench.sent(first) == [.register(user: "ann", secret: "x")])
        bench.hangUp(first)
        bench.advance(.seconds(2))
        let second = try bench.accept()
        #expect(bench.sent(second) == [.register(user: "ann", secret: "x")])
        bench.say(.registerFailed(info: "taken", reason: .taken), on: second)
        let third = try bench.accept()
        guard case .login(user: "ann", secret: "x", resume: _)? = bench.sent(third).first else {
            Issue.record("the login tells whose the name is")
            return
        }
        #expect(!bench.shown.contains { $0.contains("choose another") })
    }

    @Test("a name that nobody may have is told, and ends the chat with 1")
    func unfitName() throws {
        var configuration = ClientConfiguration(
            user: "a\u{1B}",
            secret: "x",
            client: "c",
            servers: [Address(host: "s1", port: 1)]
        )
        configuration.registers = true
        var bench = Bench(ChatCore(configuration))
        bench.tell(.started)
        let id = try bench.accept()
        bench.say(.registerFailed(info: "a name must be text", reason: .unfit), on: id)
        #expect(bench.shown.last == "* refused: a name must be text")
        #expect(bench.exitCode == 1)
    }

    @Test("/who asks the server and shows the names, and how many more there are")
    func who() throws {
        var (bench, id) = try chat()
        type("/who", &bench)
        #expect(bench.sent(id) == [.who])
        bench.say(.whoAnswer(users: ["ann", "bob"], count: 5), on: id)
        #expect(bench.shown.last == "* 5 connected: ann, bob and 3 more")
    }

    @Test("what others say cannot play with the terminal")
    func controlCharacters() throws {
        var (bench, id) = try chat()
        var object = JSONObject()
        object["body"] = .string("a\u{1B}[2J\u{7F}\u{9B}1m\nb\u{202E}c\td")
        let place = StreamPlace(stream: "b.1", number: 1)
        bench.say(
            .activityBroadcast(
                activity: Activity(object).authenticated(as: "e\rve"),
                sender: "e\rve",
                place: place
            ),
            on: id
        )
        #expect(bench.shown.last == "e ve: a\u{FFFD}[2J\u{FFFD}\u{FFFD}1m b\u{FFFD}c d")
    }

    @Test("a line is sent; one with two slashes without the first; an unknown command is told")
    func lines() throws {
        var (bench, id) = try chat()
        type("hello", &bench)
        type("//who", &bench)
        type("/dance", &bench)
        type("", &bench)
        let bodies = bench.sent(id).compactMap { request -> String? in
            guard case .activityMessage(_, _, let activity, _) = request,
                case .string(let body)? = activity.object?["body"]
            else { return nil }
            return body
        }
        #expect(bodies == ["hello", "/who"])
        #expect(bench.shown.last == "* unknown command /dance; /help shows all")
    }

    @Test(
        "a lost connection is told once, and so is that it is back; what was typed meanwhile is sent"
    )
    func reconnect() throws {
        var (bench, id) = try chat()
        let before = bench.shown.count
        bench.hangUp(id)
        type("later", &bench)
        func waitForDial() {
            for _ in 0..<200 where bench.dials.isEmpty { bench.advance(.milliseconds(100)) }
        }
        for _ in 0..<3 {
            waitForDial()
            try bench.refuse()
        }
        waitForDial()
        let again = try bench.accept()
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: 0)
        bench.say(.loginSuccess(info: "", grant: grant), on: again)
        #expect(
            bench.sent(again).contains { if case .activityMessage = $0 { true } else { false } }
        )
        #expect(
            Array(bench.shown.dropFirst(before)) == [
                "* connection lost: closed by the server; trying again",
                "* not connected: \"later\" will be sent", "* not connected: refused; trying again",
                "* connected again to s1:1 as ann",
            ]
        )
    }

    @Test("of several servers that cannot be reached each is told once")
    func troubles() throws {
        var (bench, id) = try chat()
        let before = bench.shown.count
        bench.hangUp(id)
        for number in 0..<10 {
            for _ in 0..<200 where bench.dials.isEmpty { bench.advance(.milliseconds(100)) }
            let waiting = bench.dials.popLast()
            let dial = try #require(waiting)
            bench.tell(.dialFailed(dial.id, reason: "cannot connect to s\(number % 2)"))
        }
        #expect(
            Array(bench.shown.dropFirst(before)) == [
                "* connection lost: closed by the server; trying again",
                "* not connected: cannot connect to s0; trying again",
                "* not connected: cannot connect to s1; trying again",
            ]
        )
    }

    @Test("the end of the input logs out and ends with 0")
    func end() throws {
        var (bench, id) = try chat()
        type(nil, &bench)
        #expect(bench.sent(id) == [.logout])
        bench.hangUp(id)
        #expect(bench.exitCode == 0)
    }
}
