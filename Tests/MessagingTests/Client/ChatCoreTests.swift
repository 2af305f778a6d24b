import Evidence
import Testing

@testable import Messaging

@Suite struct ChatCoreTests: ChatTests {
    /// A chat that is logged in, and its connection.
    private func chat() throws -> (bench: Bench<ChatCore>, connection: ConnectionID) {
        var bench = started()
        let id = try logIn(&bench)
        _ = bench.sent(id)
        return (bench, id)
    }

    /// What everybody is told when `bob` says an activity.
    private func broadcast(
        _ activity: String,
        from user: String = "bob"
    ) throws -> ServerReply {
        let raw = RawJSON(checked: Array(activity.utf8))
        return .activityBroadcast(
            activity: try #require(Activity(raw)).authenticated(as: user),
            sender: user,
            place: StreamPlace(stream: "b.1", number: 1)
        )
    }

    @Test("a name that the attempt before may have registered is no reason to give up")
    func undecidedRegistration() throws {
        var bench = started { $0.registers = true }
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
        var bench = started { $0.registers = true }
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
        let body = #"{"body":"a\u001b[2J\u007f\u009b1m\nb\u202ec\td"}"#
        bench.say(try broadcast(body, from: "e\r\u{7}ve"), on: id)
        #expect(
            bench.shown.last == "e \u{2407}ve: a\u{241B}[2J\u{2421}\u{FFFD}1m b\u{FFFD}c d"
        )
        bench.say(.invalidMessage(info: "no\u{1B}]0;x\u{7}"), on: id)
        #expect(
            bench.shown.suffix(2) == [
                "* refused: no\u{241B}]0;x\u{2407}",
                "* connection lost: no\u{241B}]0;x\u{2407}; trying again",
            ]
        )
    }

    @Test(
        "of what clients of all kinds say a person reads the text, and what else there is",
        arguments: [
            (#"{"message":"hi"}"#, "hi"), (#"{"text":"hi"}"#, "hi"), (#"{"body":"hi"}"#, "hi"),
            (#"{"message":"hi","mood":"glad","at":[1,2.0]}"#, "hi (mood: glad, at: [1, 2.0])"),
            (#"{"text":7,"body":"hi"}"#, "hi (text: 7)"),
            (
                #"{"say":"hi","to":{"a":null,"b":[true,"x"]}}"#,
                "say: hi, to: {a: null, b: [true, x]}"
            ),
            (#"{"a\u001b[2Jb":"\u001bc"}"#, "a\u{241B}[2Jb: \u{241B}c"),
            (#"{"ordeal":{"number":1},"body":"hi"}"#, "hi"), ("{}", "(nothing)"),
            (#"{"authenticated_user":"eve"}"#, "(nothing)"),
        ]
    )
    func activities(activity: String, text: String) throws {
        var (bench, id) = try chat()
        bench.say(try broadcast(activity), on: id)
        #expect(bench.shown.last == "bob: \(text)")
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
        for _ in 0..<3 {
            waitForDial(&bench)
            try bench.refuse()
        }
        waitForDial(&bench)
        let again = try logIn(&bench)
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
            waitForDial(&bench)
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

    @Test(
        "the end of the input where no server was ever reached names what was not sent, and ends with 69"
    )
    func endUnreached() throws {
        var bench = started()
        type("one", &bench)
        type("two", &bench)
        type(nil, &bench)
        #expect(bench.exitCode == nil)
        for _ in 0..<400 where bench.exitCode == nil {
            if bench.dials.isEmpty {
                bench.advance(.milliseconds(100))
            } else {
                try bench.refuse()
            }
        }
        #expect(bench.exitCode == 69)
        #expect(
            bench.shown == [
                "* not connected yet: \"one\" will be sent",
                "* not connected yet: \"two\" will be sent",
                "* trying for 10 s to send what was typed",
                "* not connected: refused; trying again",
                "* \"one\" was not sent",
                "* \"two\" was not sent", "* no server let ann in",
            ]
        )
    }

    @Test(
        "an end that is asked for at once ends at once: with 0, or with 69 where an attempt had failed"
    )
    func endUnreachedAndSilent() throws {
        var bench = started()
        type("/quit", &bench)
        #expect(bench.exitCode == 0)
        #expect(bench.shown == ["* ended before a server answered"])
        bench = started()
        try bench.refuse()
        bench.tell(.control(.stop))
        #expect(bench.exitCode == 69)
        #expect(bench.shown.last == "* no server let ann in")
    }

    @Test("a login that is refused again and again for the same reason is told once")
    func refusedAgain() throws {
        var bench = started()
        for _ in 0..<5 {
            waitForDial(&bench)
            let id = try bench.accept()
            let info = "the user is logged in elsewhere"
            bench.say(.loginFailed(info: info, reason: .already), on: id)
        }
        bench.tell(.control(.stop))
        #expect(
            bench.shown == [
                "* refused: the user is logged in elsewhere",
                "* not connected: the user is logged in elsewhere; trying again",
                "* no server let ann in",
            ]
        )
        #expect(bench.exitCode == 69)
    }

    @Test("what was typed before the end of the input is sent and acknowledged before the logout")
    func endAfterSending() throws {
        var bench = started()
        type("hello", &bench)
        type(nil, &bench)
        let id = try logIn(&bench)
        #expect(bench.sent(id).contains { if case .activityMessage = $0 { true } else { false } })
        #expect(bench.exitCode == nil)
        bench.say(.activityAck(StreamPlace(stream: "c.1", number: 1)), on: id)
        #expect(bench.sent(id) == [.logout])
        bench.hangUp(id)
        #expect(bench.exitCode == 0)
        #expect(!bench.shown.contains { $0.contains("hello\" was") || $0.contains("may not") })
    }

    @Test("a second end, and a signal, do not wait; what is not acknowledged may not have arrived")
    func endTwice() throws {
        for last in ["/quit", nil] {
            var (bench, id) = try chat()
            type("hello", &bench)
            type("/quit", &bench)
            #expect(!bench.sent(id).contains(.logout))
            if let last { type(last, &bench) } else { bench.tell(.control(.stop)) }
            #expect(bench.sent(id) == [.logout])
            bench.hangUp(id)
            #expect(bench.exitCode == 69)
            #expect(bench.shown.last == "* \"hello\" may not have arrived")
        }
    }

    @Test("a line that was promised is named where the login is refused for good")
    func refusedWithLines() throws {
        var bench = started()
        for number in 1...22 { type("line \(number)", &bench) }
        let id = try bench.accept()
        let before = bench.shown.count
        bench.say(.loginFailed(info: "wrong secret", reason: .wrongSecret), on: id)
        #expect(bench.exitCode == 1)
        let told = bench.shown.dropFirst(before)
        #expect(told.first == "* refused: wrong secret")
        #expect(told.dropFirst().first == "* \"line 1\" was not sent")
        #expect(told.suffix(2) == ["* \"line 20\" was not sent", "* and so 2 lines more"])
        #expect(told.count == 22)
    }

    @Test(
        "what is typed without a connection is sent with the next one, in order, by stock and anonymous users too",
        arguments: ["ann", ClientRequest.anonymous]
    )
    func typedBefore(user: String) throws {
        var bench = started {
            $0.user = user
            $0.isStock = user == "ann"
        }
        type("one", &bench)
        type("two", &bench)
        #expect(
            bench.shown == [
                "* not connected yet: \"one\" will be sent",
                "* not connected yet: \"two\" will be sent",
            ]
        )
        let first = try bench.accept()
        bench.say(.loginSuccess(info: "", grant: nil), on: first)
        bench.advance(.milliseconds(150))
        type("three", &bench)
        #expect(said(&bench, first) == ["one", "two", "three"])
        bench.hangUp(first)
        type("four", &bench)
        type(nil, &bench)
        #expect(bench.exitCode == nil)
        waitForDial(&bench)
        let second = try bench.accept()
        bench.say(.loginSuccess(info: "", grant: nil), on: second)
        bench.advance(.milliseconds(150))
        // What the first connection was given is not said again: nobody would know it for a repeat.
        #expect(said(&bench, second) == ["four"])
        let told = bench.shown.filter { $0.contains("may not have arrived") }
        #expect(told == ["* 3 lines said last may not have arrived"])
        #expect(bench.exitCode == nil)
        bench.advance(.seconds(2))
        #expect(bench.sent(second) == [.logout])
        bench.hangUp(second)
        #expect(bench.exitCode == 69)
    }

    @Test("a line that is not even promised makes the end one with 69")
    func droppedLine() throws {
        var bench = started { $0.isStock = true }
        for number in 1...Outbox.openMax { type("\(number)", &bench) }
        type("hello", &bench)
        #expect(bench.shown.last == "* not connected: \"hello\" was not sent")
        let id = try bench.accept()
        bench.say(.loginSuccess(info: "", grant: nil), on: id)
        bench.advance(.milliseconds(150))
        #expect(said(&bench, id).count == Outbox.openMax)
        type(nil, &bench)
        bench.hangUp(id)
        #expect(bench.exitCode == 69)
    }

    @Test("a line that is too long is refused, the next one is sent, and the end is one with 69")
    func longLine() throws {
        var bench = started { $0.isStock = true }
        let id = try bench.accept()
        bench.say(.loginSuccess(info: "", grant: nil), on: id)
        bench.advance(.milliseconds(150))
        type(String(repeating: "x", count: 131_073), &bench)
        bench.take(bench.core.refuseLine(now: bench.now))
        #expect(bench.shown.count { $0.contains("more than 131072 bytes was not sent") } == 2)
        type("ok", &bench)
        #expect(said(&bench, id) == ["ok"])
        type(nil, &bench)
        bench.hangUp(id)
        #expect(bench.exitCode == 69)
    }
}
