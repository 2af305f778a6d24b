import Evidence
import Testing

@testable import Messaging

/// The eleven rules for serving every stock client, one by one, on the core.
@Suite struct StockRulesTests {
    private static let eight: Set<String> = [
        "REGISTER_SUCCESS", "REGISTER_FAILED", "LOGIN_SUCCESS", "LOGIN_FAILED", "REDIRECT",
        "ACTIVITY_BROADCAST", "INVALID_MESSAGE", "AUTHENTICATION_FAIL",
    ]

    private func command(_ line: String) -> String {
        (try? WireReader(Array(line.utf8), limits: .reply).command) ?? ""
    }

    private func saying(_ user: String, _ activity: String = "{}") -> String {
        #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"x","activity":\#(activity)}"#
    }

    /// A server with one below it that has fewer clients, so that it sends clients there.
    private func crowded() -> ServerHarness {
        var server = ServerHarness { $0.clientRedirect = RedirectThresholds(min: 1, max: 2) }
        let peer = server.connect(90)
        server.say(
            peer,
            #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~1","hostname":"10.0.0.2","#
                + #""port":7,"load":0}"#
        )
        _ = server.user("ann", at: 1)
        _ = server.user("bob", at: 2)
        return server
    }

    @Test("rule 1: a stock client is sent the eight commands and no others, whatever goes on")
    func rule1() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2, client: "c2")
        var lines: [String] = []
        for round in 1...5 {
            server.say(ann, saying("ann"))
            server.say(
                bob,
                #"{"command":"ACTIVITY_MESSAGE","username":"bob","secret":"x","stream":"c2.1","#
                    + #""number":\#(round),"activity":{}}"#
            )
            server.say(bob, #"{"command":"DELIVERY_ACK","count":\#(round)}"#)
            server.say(bob, #"{"command":"HEARTBEAT","number":\#(round)}"#)
            server.pass(.milliseconds(700))
            lines += server.take(ann)
        }
        server.say(ann, "garbage")
        lines += server.take(ann)
        #expect(lines.count > 10)
        #expect(lines.allSatisfy { Self.eight.contains(command($0)) }, "\(lines)")
    }

    @Test("rule 2: every success, failure and refusal carries a string info")
    func rule2() throws {
        var server = ServerHarness()
        var lines: [String] = []
        let said = [
            #"{"command":"REGISTER","username":"ann","secret":"x"}"#,
            #"{"command":"LOGIN","username":"ann","secret":"x"}"#,
            #"{"command":"LOGIN","username":"ann","secret":"y"}"#,
            #"{"command":"REGISTER","username":"ann","secret":"x"}"#, saying("ann"), "{}",
        ]
        for (number, line) in said.enumerated() {
            let connection = server.connect(Int64(number + 1))
            server.say(connection, line)
            lines += server.take(connection)
        }
        #expect(
            Set(lines.map(command)) == [
                "REGISTER_SUCCESS", "LOGIN_SUCCESS", "LOGIN_FAILED", "REGISTER_FAILED",
                "AUTHENTICATION_FAIL", "INVALID_MESSAGE",
            ]
        )
        for line in lines { #expect(try !WireReader(Array(line.utf8)).string("info").isEmpty) }
    }

    @Test("rule 3: LOGIN_SUCCESS is the first line after LOGIN, before whatever waited")
    func rule3() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2)
        server.tell(.closed(bob, reason: .ended))
        server.say(ann, saying("ann", #"{"n":1}"#))
        let again = server.connect(3)
        server.logIn(again, "bob")
        server.say(ann, saying("ann", #"{"n":2}"#))
        let lines = server.take(again)
        let wanted = ["LOGIN_SUCCESS", "ACTIVITY_BROADCAST", "ACTIVITY_BROADCAST"]
        #expect(lines.map(command) == wanted)
    }

    @Test("rule 4: a redirect is LOGIN_SUCCESS, REDIRECT, close; the login does not count")
    func rule4() {
        var server = crowded()
        let eve = server.connect(3)
        server.say(eve, #"{"command":"REGISTER","username":"eve","secret":"x"}"#)
        server.logIn(eve, "eve")
        let lines = server.take(eve)
        #expect(lines.map(command) == ["REGISTER_SUCCESS", "LOGIN_SUCCESS", "REDIRECT"])
        #expect(lines.last?.contains(#""hostname":"10.0.0.2","port":7}"#) ?? false, "\(lines)")
        #expect(server.closed.contains(eve))
        #expect(!server.core.counted.contains("eve"))
        #expect(server.core.load == 2)
    }

    @Test(
        "rule 5: the server closes after each refusal and after LOGOUT, what it wrote first",
        arguments: [
            (#"{"command":"LOGIN","username":"ann","secret":"y"}"#, 1),
            (#"{"command":"REGISTER","username":"ann","secret":"y"}"#, 1),
            (#"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"y","activity":{}}"#, 1),
            ("?", 1), (#"{"command":"LOGOUT"}"#, 0),
            (#"{"command":"INVALID_MESSAGE","info":"what?"}"#, 0),
        ]
    )
    func rule5(line: String, answers: Int) {
        var server = ServerHarness()
        _ = server.user("ann", at: 1)
        let connection = server.connect(2)
        server.say(connection, line)
        #expect(server.take(connection).count == answers)
        #expect(server.closed == [connection])
    }

    @Test("rule 6: the connection stays open after REGISTER_SUCCESS, and LOGIN works on it")
    func rule6() {
        var server = ServerHarness()
        let ann = server.connect(1)
        server.say(ann, #"{"command":"REGISTER","username":"ann","secret":"x"}"#)
        server.say(ann, #"{"command":"REGISTER","username":"bob","secret":"x"}"#)
        #expect(server.take(ann).map(command) == ["REGISTER_SUCCESS", "REGISTER_SUCCESS"])
        server.pass(.seconds(60))
        #expect(server.closed.isEmpty)
        server.logIn(ann, "ann")
        #expect(
            server.take(ann) == [#"{"command":"LOGIN_SUCCESS","info":"logged in as user ann"}"#]
        )
    }

    @Test(
        "rule 7: anonymous logs in without a secret or with any, any number of times, and may speak",
        arguments: [
            "", #","secret":null"#, #","secret":"""#, #","secret":"junk""#, #","secret":[7]"#,
        ]
    )
    func rule7(secret: String) {
        var server = ServerHarness()
        for number in 1...3 {
            let connection = server.connect(Int64(number))
            server.say(connection, #"{"command":"LOGIN","username":"anonymous"\#(secret)}"#)
            #expect(server.take(connection).map(command) == ["LOGIN_SUCCESS"])
        }
        server.say(
            ConnectionID(1),
            #"{"command":"ACTIVITY_MESSAGE","username":"anonymous"\#(secret),"activity":{}}"#
        )
        for number in 1...3 { #expect(server.take(ConnectionID(Int64(number))).count == 1) }
    }

    @Test(
        "rule 8: an activity is an object and stays as it came",
        arguments: [
            #"{"n":1.0,"big":123456789012345678901234567890,"e":1e3,"z":null}"#,
            #"{"a":[[],{"b":[1,2]}],"s":"é\u2028😀\/"}"#, #"{"command":"x","username":"eve"}"#,
        ]
    )
    func rule8(activity: String) {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        server.say(ann, saying("ann", activity))
        let wanted = #""activity":\#(activity.dropLast()),"authenticated_user":"ann"}"#
        #expect(server.take(ann).first?.contains(wanted) ?? false)
    }

    @Test(
        "rule 9: authenticated_user is the server's word, whatever the client claims",
        arguments: [
            #"{"authenticated_user":"bob"}"#, #"{"authenticated_user":null}"#,
            #"{"\u0061uthenticated_user":"bob","authenticated_user":["bob"]}"#, "{}",
        ]
    )
    func rule9(activity: String) {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        server.say(ann, saying("ann", activity))
        let lines = server.take(ann)
        #expect(lines.first?.contains(#""activity":{"authenticated_user":"ann"}"#) ?? false)
    }

    @Test("rule 10: unknown keys are passed over, and the order of keys is free")
    func rule10() {
        var server = ServerHarness()
        let ann = server.connect(1)
        let said = [
            #"{"secret":"x","x":{"y":[1]},"username":"ann","command":"REGISTER","command2":1}"#,
            " {\t\"username\" : \"\\u0061nn\", \"secret\":\"x\" ,\"command\":\"LOGIN\"} ",
            #"{"activity":{},"id":"7","secret":"x","username":"ann","command":"ACTIVITY_MESSAGE"}"#,
        ]
        for line in said { server.say(ann, line) }
        let wanted = ["REGISTER_SUCCESS", "LOGIN_SUCCESS", "ACTIVITY_BROADCAST"]
        #expect(server.take(ann).map(command) == wanted)
    }

    @Test("rule 11: a broadcast goes to the sender too")
    func rule11() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2)
        server.say(ann, saying("ann", #"{"n":1}"#))
        #expect(server.take(ann).count == 1)
        #expect(server.take(bob).count == 1)
    }

    @Test("after LOGOUT the user may come again at once")
    func again() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        server.say(ann, #"{"command":"LOGOUT"}"#)
        let again = server.connect(2)
        server.logIn(again, "ann")
        #expect(server.take(again).map(command) == ["LOGIN_SUCCESS"])
    }
}
