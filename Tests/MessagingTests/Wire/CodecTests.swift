import Evidence
import Testing

@testable import Messaging

@Suite struct CodecTests {
    private static let activity = Activity(JSONObject())

    @Test(
        "a client's message is read as it was written",
        arguments: [
            ClientRequest.register(user: "ann", secret: "s\"\n"),
            .login(user: "ann", secret: "s", resume: nil),
            .login(user: "anonymous", secret: nil, resume: nil),
            .login(
                user: "ann",
                secret: "s",
                resume: Resume(client: "c", stream: "t", acknowledged: 7)
            ),
            .login(
                user: "ann",
                secret: "s",
                resume: Resume(
                    client: "c",
                    stream: "t",
                    acknowledged: 7,
                    delivered: [MessageIdentity(user: "b/b", stream: "s", number: 3)]
                )
            ),
            .logout,
            .activityMessage(user: "ann", secret: "s", activity: activity, place: nil),
            .activityMessage(
                user: "ann",
                secret: "s",
                activity: activity,
                place: StreamPlace(stream: "t", number: 3)
            ),
            .deliveryAck(count: 12), .heartbeat(number: -1), .who, .invalidMessage(info: "no"),
        ]
    )
    func requests(request: ClientRequest) throws {
        #expect(try ClientRequest(line: request.frame().bytes.dropLast()) == request)
    }

    @Test(
        "a server's message is read as it was written",
        arguments: [
            ServerReply.registerSuccess(info: "ok"),
            .registerFailed(info: "no", reason: .taken), .registerFailed(info: "no", reason: nil),
            .loginSuccess(info: "ok", grant: nil),
            .loginSuccess(
                info: "ok",
                grant: Grant(isRedirect: true, hold: .milliseconds(1500), accepted: 4)
            ),
            .loginFailed(info: "no", reason: .behind),
            .redirect(Address(host: "127.1.2.3", port: 9)),
            .activityBroadcast(activity: activity, sender: nil, place: nil),
            .activityBroadcast(
                activity: activity,
                sender: "ann",
                place: StreamPlace(stream: "t", number: 3)
            ),
            .activityBroadcast(
                activity: activity,
                sender: "ann",
                place: StreamPlace(stream: "t", number: 3, order: 9)
            ),
            .loginSuccess(
                info: "ok",
                grant: Grant(isRedirect: false, hold: .seconds(2), accepted: 4, ordering: .total)
            ),
            .activityAck(StreamPlace(stream: "t", number: 3)), .heartbeatAck(number: 3, count: 4),
            .whoAnswer(users: ["a", "b"], count: 7), .invalidMessage(info: "x"),
            .authenticationFail(info: "y"),
        ]
    )
    func replies(reply: ServerReply) throws {
        #expect(try ServerReply(line: reply.frame().bytes.dropLast()) == reply)
    }

    @Test("anonymous may show any secret, and unknown keys are ignored")
    func leniency() throws {
        for secret in ["\"\"", "null", "\"junk\"", "3", "{}"] {
            let line =
                "{\"secret\":\(secret),\"username\":\"anonymous\",\"x\":[1],\"command\":\"LOGIN\"}"
            let request = try ClientRequest(line: Array(line.utf8))
            #expect(request == .login(user: "anonymous", secret: nil, resume: nil))
        }
    }

    @Test(
        "what is wrong is said exactly",
        arguments: [
            ("{}", "the received message did not contain a command"),
            ("[]", "a message must be a JSON object, not an array"),
            ("{\"command\":3}", "\"command\" must be a string, not a number"),
            ("{", "JSON parse error while parsing message: expected a key at byte 1"),
            (
                #"{"command":"LOGIN","username":"ann"}"#,
                #"LOGIN must have "secret": a string; it is missing"#
            ),
            (
                #"{"command":"REGISTER","username":null,"secret":"s"}"#,
                #"REGISTER must have "username": a string; it is null"#
            ),
            (
                #"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"s","activity":"{}"}"#,
                #"ACTIVITY_MESSAGE must have "activity": an object, not a string"#
            ),
            (
                #"{"command":"DELIVERY_ACK","count":3.5}"#,
                #"DELIVERY_ACK must have "count": an integer from 0 to 4611686018427387904, not 3.5"#
            ),
            (
                #"{"command":"LOGIN","username":"a","secret":"s","extensions":1,"client":"c","#
                    + #""stream":"c.1","acknowledged":-1}"#,
                #"LOGIN must have "acknowledged": an integer from 0 to 4611686018427387904, not -1"#
            ),
            (
                #"{"command":"HEARTBEAT","number":9223372036854775807}"#,
                #"HEARTBEAT must have "number": an integer from -4611686018427387904 to "#
                    + "4611686018427387904, "
                    + "not 9223372036854775807"
            ),
            (
                #"{"command":"HEARTBEAT","number":1\#(String(repeating: "0", count: 50))}"#,
                #"HEARTBEAT must have "number": an integer from -4611686018427387904 to "#
                    + "4611686018427387904, "
                    + "not a number of 51 characters"
            ),
            (
                #"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"s","activity":{},"stream":"a/b","number":1}"#,
                #"ACTIVITY_MESSAGE must have "stream": a string without slash, not empty"#
            ),
        ]
    )
    func errors(line: String, info: String) throws {
        let error = try #require(throws: WireError.self) {
            try ClientRequest(line: Array(line.utf8))
        }
        #expect(error.info == info)
    }

    @Test("an unknown command is told with those that are known")
    func unknownCommand() throws {
        let line = Array(#"{"command":"login"}"#.utf8)
        let error = try #require(throws: WireError.self) { try ClientRequest(line: line) }
        #expect(
            error.info.hasPrefix("unknown command \"login\"; a client may send REGISTER, LOGIN")
        )
        #expect(try ClientRequest(WireReader(line)) == nil)
    }

    @Test("a message between servers is written and read field by field")
    func serverMessage() throws {
        var message = WireWriter("SUPERPEER_INFO")
        message.string("id", "server.1")
        message.string("absent", nil)
        message.bool("raised", true)
        message.address(Address(host: "127.0.0.1", port: 7))
        message.strings("names", ["a", "b"])
        message.integers("numbers", [1, -2])
        message.object("epoch") { $0.integer("number", 3) }
        message.objects("users", ["u", "v"]) { user, object in
            object.string("username", user)
            object.objects("sessions", [1]) { $1.integer("id", Int64($0)) }
        }
        let reader = try WireReader(message.frame().bytes.dropLast(), limits: .server)
        #expect(reader.command == "SUPERPEER_INFO")
        #expect(try reader.string("id") == "server.1")
        #expect(try reader.optionalString("absent") == nil)
        #expect(try reader.bool("raised"))
        #expect(try reader.address() == Address(host: "127.0.0.1", port: 7))
        #expect(try reader.strings("names") == ["a", "b"])
        #expect(try reader.integers("numbers") == [1, -2])
        #expect(try reader.object("epoch").integer("number") == 3)
        let users = try reader.objects("users")
        #expect(
            try users.map { user throws(WireError) in try user.string("username") } == ["u", "v"]
        )
        let inner = try #require(try users.last?.objects("sessions").first)
        let error = try #require(throws: WireError.self) { try inner.string("id") }
        #expect(
            error.info
                == #"SUPERPEER_INFO must have "users[1].sessions[0].id": a string, not a number"#
        )
        #expect(throws: WireError.self) { try reader.integers("names") }
    }
}
