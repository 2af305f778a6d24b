import Testing

@testable import Messaging

/// The eleven rules for serving every stock client.
@Suite struct StockRulesTests {
    @Test("REGISTER and LOGIN on one connection are answered in order, with a text")
    func registerAndLogin() {
        var server = ServerHarness()
        let connection = server.connect(1)
        server.say(connection, #"{"command":"REGISTER","username":"ann","secret":"x"}"#)
        server.say(connection, #"{"command":"LOGIN","username":"ann","secret":"x"}"#)
        #expect(
            server.take(connection) == [
                #"{"command":"REGISTER_SUCCESS","info":"register success for ann"}"#,
                #"{"command":"LOGIN_SUCCESS","info":"logged in as user ann"}"#,
            ]
        )
        #expect(!server.closed.contains(connection))
    }

    @Test("a broadcast goes to the sender too, the activity as it came, the user set by the server")
    func broadcast() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2)
        server.say(
            ann,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","#
                + #""activity":{"n":1.0,"z":null,"authenticated_user":"bob","command":"x"}}"#
        )
        for receiver in [ann, bob] {
            let lines = server.take(receiver)
            #expect(lines.count == 1)
            let wanted = #""activity":{"n":1.0,"z":null,"command":"x","authenticated_user":"ann"}"#
            #expect(lines.first?.contains(wanted) ?? false, "\(lines)")
        }
    }

    @Test("anonymous needs no secret, may be there many times, and may speak")
    func anonymous() {
        var server = ServerHarness()
        let secrets = ["", #","secret":null"#, #","secret":"""#, #","secret":"junk""#]
        for (number, secret) in secrets.enumerated() {
            let connection = server.connect(Int64(number + 1))
            server.say(connection, #"{"command":"LOGIN","username":"anonymous"\#(secret)}"#)
            #expect(server.take(connection).first?.contains("LOGIN_SUCCESS") ?? false)
        }
        server.say(
            ConnectionID(1),
            #"{"command":"ACTIVITY_MESSAGE","username":"anonymous","activity":{}}"#
        )
        for number in 1...4 {
            #expect(server.take(ConnectionID(Int64(number))).count == 1)
        }
    }

    @Test(
        "what must be refused is refused with a text, and the server closes",
        arguments: [
            (#"[1]"#, "INVALID_MESSAGE"), ("nonsense", "INVALID_MESSAGE"), ("", "INVALID_MESSAGE"),
            (#"{"x":1}"#, "INVALID_MESSAGE"), (#"{"command":"DANCE"}"#, "INVALID_MESSAGE"),
            (#"{"command":"REGISTER","username":"eve"}"#, "INVALID_MESSAGE"),
            (#"{"command":"REGISTER","username":"anonymous","secret":"x"}"#, "REGISTER_FAILED"),
            (#"{"command":"REGISTER","username":"ann","secret":"y"}"#, "REGISTER_FAILED"),
            (#"{"command":"LOGIN","username":"ann","secret":"y"}"#, "LOGIN_FAILED"),
            (#"{"command":"LOGIN","username":"eve","secret":"y"}"#, "LOGIN_FAILED"),
            (#"{"command":"LOGIN","username":"ann","secret":"x"}"#, "LOGIN_FAILED"),
            (
                #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#,
                "AUTHENTICATION_FAIL"
            ),
            (#"{"command":"HEARTBEAT","number":1}"#, "INVALID_MESSAGE"),
            (#"{"command":"DELIVERY_ACK","count":1}"#, "INVALID_MESSAGE"),
            (#"{"command":"NEW_LOGIN"}"#, "INVALID_MESSAGE"),
            (
                #"{"command":"AUTHENTICATE","secret":"no","id":"server.9~1","hostname":"h","#
                    + #""port":1,"sessions":[]}"#,
                "AUTHENTICATION_FAIL"
            ),
        ]
    )
    func refusals(line: String, command: String) {
        var server = ServerHarness()
        _ = server.user("ann", at: 1)
        let connection = server.connect(2)
        server.say(connection, line)
        server.pass(.seconds(3))
        let answer = server.take(connection)
        #expect(answer.count == 1)
        #expect(
            answer.first?.hasPrefix(#"{"command":"\#(command)","info":""#) ?? false,
            "\(answer)"
        )
        #expect(server.closed.contains(connection))
        #expect(!server.closed.contains(ConnectionID(1)))
    }

    @Test("LOGOUT is answered by closing, and the user may come again")
    func logout() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        server.say(ann, #"{"command":"LOGOUT"}"#)
        #expect(server.take(ann).isEmpty)
        #expect(server.closed.contains(ann))
        let again = server.connect(2)
        server.logIn(again, "ann")
        #expect(server.take(again).first?.contains("LOGIN_SUCCESS") ?? false)
    }
}
