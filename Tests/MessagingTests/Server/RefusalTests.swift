import Evidence
import Testing

@testable import Messaging

/// What comes that may not: each is answered with a text, and nobody else feels it.
@Suite struct RefusalTests {
    @Test(
        "what must be refused is refused with a text, and the server closes",
        arguments: [
            (#"{"command":"REGISTER","username":7,"secret":"x"}"#, "INVALID_MESSAGE"),
            (#"{"command":"REGISTER","username":null,"secret":"x"}"#, "INVALID_MESSAGE"),
            (#"{"command":"LOGIN","username":"ann"}"#, "INVALID_MESSAGE"),
            (#"{"command":"LOGIN","username":"ann","secret":["x"]}"#, "INVALID_MESSAGE"),
            (#"{"command":"login","username":"ann","secret":"x"}"#, "INVALID_MESSAGE"),
            (#"{"command":null}"#, "INVALID_MESSAGE"),
            (#"{"command":"LOGOUT"}{}"#, "INVALID_MESSAGE"),
            (#"{"command":"LOGOUT",}"#, "INVALID_MESSAGE"),
            (#"{'command':'LOGOUT'}"#, "INVALID_MESSAGE"),
            (#"{"command":"SERVER_ANNOUNCE","load":1}"#, "INVALID_MESSAGE"),
            (#"{"command":"SUPERPEER_INFO"}"#, "INVALID_MESSAGE"),
            (#"{"command":"ACTIVITY_BROADCAST","activity":{}}"#, "INVALID_MESSAGE"),
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
                    + #""port":1,"sessions":0}"#,
                "AUTHENTICATION_FAIL"
            ),
            (#"{"command":"AUTHENTICATE","secret":"no"}"#, "AUTHENTICATION_FAIL"),
            (#"{"command":"AUTHENTICATE","secret":"s3cret"}"#, "INVALID_MESSAGE"),
            (#"{"command":"AUTHENTICATE"}"#, "INVALID_MESSAGE"),
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

    @Test("a server that finds nobody to join says so once, however often it tries")
    func nobodyToJoin() {
        let remote = Address(host: "10.0.0.2", port: 7)
        var configuration = ServerConfiguration(
            name: "server.1",
            address: Address(host: "10.0.0.1", port: 1),
            remotes: [remote],
            secret: "s3cret"
        )
        configuration.hold = .seconds(2)
        var core = ServerCore(configuration: configuration)
        var now = Instant.zero
        var effects = core.receive(.started, now: now)
        var dials = 0
        var shown: [String] = []
        for _ in 0..<100 {
            var next: [Effect] = []
            for effect in effects {
                if case .dial(let dial, _) = effect {
                    dials += 1
                    next += core.receive(.dialFailed(dial, reason: "refused"), now: now)
                }
                if case .show(let line) = effect { shown.append(line) }
            }
            for effect in next { if case .show(let line) = effect { shown.append(line) } }
            now = now + .milliseconds(100)
            effects = core.receive(.timer(TimerID(kind: 1)), now: now)
        }
        #expect(dials > 5)
        #expect(shown == ["no server answers at 10.0.0.2:7 yet; trying again"])
    }

    @Test(
        "a server that each other one refuses ends and says why; while one may let it in it goes on"
    )
    func refusedByAll() {
        let remotes = [2, 3].map { Address(host: "10.0.0.\($0)", port: 7) }
        var server = ServerHarness(remotes: remotes)
        func call(_ answer: String?) {
            for _ in 0..<40 where server.dials.isEmpty { server.pass(.milliseconds(100)) }
            let dial = server.dials.removeLast()
            guard let answer else {
                server.tell(.dialFailed(dial.id, reason: "refused"))
                return
            }
            let connection = ConnectionID(Int64(server.closed.count) + 100)
            server.tell(.connected(connection, dial.id))
            server.say(connection, answer)
            #expect(server.closed.contains(connection))
        }
        let refusal =
            #"{"command":"AUTHENTICATION_FAIL","info":"the supplied secret is incorrect"}"#
        // Two calls take turns: the second server is not there yet.
        for _ in 1...3 {
            call(refusal)
            call(nil)
            #expect(server.exitCode == nil)
        }
        call(refusal)
        #expect(server.exitCode == nil)
        call(refusal)
        #expect(server.exitCode == ServerCore.refusedCode)
        #expect(server.core.marks.contains(.refusedByAll))
    }

    @Test("a text that was sent is quoted in the answer, but not without end")
    func longQuotation() {
        var server = ServerHarness()
        let connection = server.connect(1)
        let long = String(repeating: "é", count: 200_000)
        server.say(connection, #"{"command":"\#(long)"}"#)
        let answer = server.take(connection).first ?? ""
        #expect(answer.hasPrefix(#"{"command":"INVALID_MESSAGE","info":"unknown command \"éé"#))
        #expect(answer.utf8.count < 700)
    }

    @Test("a name or secret beyond 1024 bytes is refused", arguments: ["username", "secret"])
    func longNames(key: String) {
        var server = ServerHarness()
        let long = String(repeating: "x", count: 1025)
        var values = ["username": "ann", "secret": "x"]
        values[key] = long
        let connection = server.connect(1)
        let name = values["username"] ?? ""
        let secret = values["secret"] ?? ""
        server.say(
            connection,
            #"{"command":"REGISTER","username":"\#(name)","secret":"\#(secret)"}"#
        )
        let answer = server.take(connection).first ?? ""
        #expect(answer.contains("INVALID_MESSAGE") && answer.contains("at most 1024 bytes"))
    }

    @Test(
        "a name that nobody can read, and no secret at all, are not registered, wherever that is asked",
        arguments: [
            ("", "x"), ("ann", ""), ("", ""), (#"a\u0000"#, "x"), (#"\u001b[2Jann"#, "x"),
            (#"an\nn"#, "x"), ("\u{7F}", "x"), ("a\u{9B}1m", "x"), ("\u{202E}nna", "x"),
            ("ann\u{2028}", "x"), ("\u{200F}nna", "x"), (" ", "x"), ("\u{200B}\u{3000}", "x"),
        ]
    )
    func unfitNames(name: String, secret: String) {
        let line = #"{"command":"REGISTER","username":"\#(name)","secret":"\#(secret)"}"#
        var servers = [ServerHarness(), ServerHarness(remotes: [Address(host: "h", port: 7)])]
        for index in servers.indices {
            let connection = servers[index].connect(1)
            servers[index].say(connection, line)
            let answer = servers[index].take(connection)
            #expect(
                answer == [
                    #"{"command":"REGISTER_FAILED","info":"a name must be 1 to 1024 bytes of visible text "#
                        + #"without control characters, a secret 1 to 1024 bytes","reason":"unfit"}"#
                ]
            )
            #expect(servers[index].closed == [connection])
            #expect(servers[index].core.registrations.isEmpty)
        }
    }

    @Test(
        "a name may have any letters, spaces and signs",
        arguments: ["Ann Lee", "ann@example", "Zoë", "李", "👩‍👩‍👧", "a", "0"]
    )
    func fitNames(name: String) {
        var server = ServerHarness()
        let connection = server.connect(1)
        server.say(connection, #"{"command":"REGISTER","username":"\#(name)","secret":" "}"#)
        #expect(server.take(connection).first?.contains("REGISTER_SUCCESS") ?? false)
    }

    @Test(
        "a server that has shown the secret is refused as anybody is, and nobody else feels it",
        arguments: [
            "nonsense", "[]", #"{"command":"LOGIN","username":"anonymous"}"#,
            #"{"command":"STORED"}"#, #"{"command":"STORED","stored":[{"origin":7,"sequence":1}]}"#,
            #"{"command":"STORED","stored":[{"origin":"a","sequence":9223372036854775807}]}"#,
            #"{"command":"EPOCH_ACCEPTED","epoch":1,"round":1}"#,
            #"{"command":"ACTIVITY_BROADCAST","origin":"server.2~1","sequence":7,"username":"eve","#
                + #""stream":"s","number":1,"pending":[],"activity":{}}"#,
        ]
    )
    func servers(line: String) {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let link = server.link(at: 90)
        _ = server.take(link)
        server.say(link, line)
        #expect(
            server.take(link).contains { $0.hasPrefix(#"{"command":"INVALID_MESSAGE","info":""#) }
        )
        #expect(server.closed == [link])
        server.say(
            ann,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#
        )
        #expect(server.take(ann).count == 1)
    }

    @Test("what a peer says that no peer says is refused; its users may come again")
    func peers() {
        var server = ServerHarness()
        let peer = server.connect(90)
        server.say(
            peer,
            #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~1","hostname":"h","port":1}"#
        )
        _ = server.take(peer)
        server.say(peer, #"{"command":"LOGIN_ATTEMPT","session":"server.2~1/1","username":5}"#)
        #expect(server.take(peer).first?.contains("must have \\\"username\\\": a string") ?? false)
        #expect(server.closed == [peer])
        _ = server.user("ann", at: 1)
    }
}
