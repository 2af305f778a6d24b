import Evidence
import Testing

@testable import Messaging

/// What one connection may ask of a server; beyond it that connection is closed, by a record.
@Suite struct LimitTests {
    private func reasons(_ server: ServerHarness) -> [String] {
        server.records.filter { $0.kind == .limitExceeded }.compactMap { $0.fields[.reason] }
    }

    @Test("a flood of lines closes that connection, and the next second counts anew")
    func linesPerSecond() {
        var server = ServerHarness { $0.limits.linesPerSecondMax = 10 }
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2)
        let line = #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#
        for _ in 0..<3 {
            server.now = server.now + .seconds(1)
            for _ in 0..<10 { server.say(ann, line) }
        }
        #expect(server.closed.isEmpty)
        server.say(ann, line)
        #expect(server.closed == [ann])
        let answer = server.take(ann).last ?? ""
        #expect(answer == #"{"command":"INVALID_MESSAGE","info":"at most 10 lines a second"}"#)
        #expect(reasons(server) == ["lines per second"])
        #expect(server.take(bob).count == 30)
    }

    private let login = #"{"command":"LOGIN","username":"anonymous"}"#
    private let authenticate =
        #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~1","hostname":"h","port":1}"#

    /// A server for two connections that speak, and two servers more.
    private func smallServer() -> ServerHarness {
        ServerHarness {
            $0.limits.connectionsMax = 2
            $0.limits.connectionsReserved = 2
        }
    }

    @Test(
        "where the connections that may speak have spoken only servers are let in, and then nobody"
    )
    func connections() {
        var server = smallServer()
        for number in 1...2 {
            let client = server.connect(Int64(number))
            server.say(client, login)
            #expect(server.take(client).first?.contains("LOGIN_SUCCESS") ?? false)
        }
        let client = server.connect(3)
        server.say(client, login)
        #expect(server.take(client).first?.contains("at most 2 connections") ?? false)
        #expect(server.closed == [client])
        for number in 4...5 {
            let peer = server.connect(Int64(number))
            server.say(peer, authenticate.replacing("server.2", with: "server.\(number)"))
            #expect(server.take(peer).first?.contains("AUTHENTICATE_SUCCESS") ?? false)
        }
        let last = server.connect(6)
        #expect(server.closed == [client, last])
        #expect(server.take(last).isEmpty)
        #expect(reasons(server) == ["connections"])
    }

    @Test("silent connections keep nobody out: the oldest of them makes room for a new one")
    func silentConnections() {
        var server = smallServer()
        let silent = (1...4).map { server.connect($0) }
        let first = server.connect(5)
        #expect(server.closed == [silent[0]])
        let told = #"at most 2 connections, and this one had said nothing; come again"#
        #expect(
            server.take(silent[0]) == [#"{"command":"INVALID_MESSAGE","info":"\#(told)"}"#]
        )
        let second = server.connect(6)
        #expect(server.closed == [silent[0], silent[1]])
        for client in [first, second] {
            server.say(client, login)
            #expect(server.take(client).first?.contains("LOGIN_SUCCESS") ?? false)
        }
        let peer = server.connect(7)
        server.say(peer, authenticate)
        #expect(server.take(peer).first?.contains("AUTHENTICATE_SUCCESS") ?? false)
        #expect(server.closed == Set(silent.prefix(3)))
        // One that was silent till now may not speak: two have spoken already.
        server.say(silent[3], login)
        #expect(server.take(silent[3]).first?.contains("at most 2 connections") ?? false)
        #expect(Set(reasons(server)) == ["connections"])
    }

    @Test("whoever spoke or left is passed over when a silent connection must make room")
    func oldestSilent() {
        var server = smallServer()
        let all = (1...4).map { server.connect($0) }
        server.say(all[0], login)
        server.tell(.closed(all[1], reason: .ended))
        _ = server.connect(5)
        #expect(server.closed.isEmpty)
        _ = server.connect(6)
        #expect(server.closed == [all[2]])
    }

    @Test("a thousand silent connections leave no more behind than there may be")
    func silentFlood() {
        var server = ServerHarness { $0.limits.connectionsMax = 80 }
        let all = (1...1000).map { server.connect($0) }
        #expect(
            server.closed
                == Set(all.dropLast(80 + server.core.configuration.limits.connectionsReserved))
        )
        #expect(server.core.connections.count == 144)
        for client in all.suffix(80) { server.say(client, login) }
        #expect(server.core.silent.count == 64)
        let kept = server.core.load
        #expect(kept == 80)
        server.pass(.milliseconds(200))
    }

    @Test("who says nothing is closed in the end; beyond the connections, after hold")
    func firstMessage() {
        var server = ServerHarness {
            $0.limits.firstMessageWithin = .seconds(20)
            $0.limits.connectionsMax = 2
        }
        let first = server.connect(1)
        server.say(first, #"{"command":"LOGIN","username":"anonymous"}"#)
        let second = server.connect(2)
        let third = server.connect(3)
        server.pass(.milliseconds(2500))
        // Then there are no more than there may be.
        #expect(server.closed == [second])
        server.pass(.seconds(17))
        #expect(server.closed == [second])
        server.pass(.seconds(2))
        #expect(server.closed == [second, third])
        #expect(Set(reasons(server)) == ["time to first message"])
    }

    @Test("of many that break a limit at once two records are written, with their number")
    func records() {
        var server = ServerHarness {
            $0.limits.connectionsMax = 1
            $0.limits.connectionsReserved = 1
        }
        for number in 1...100 { _ = server.connect(Int64(number)) }
        server.pass(.milliseconds(100))
        let limits = server.records.filter { $0.kind == .limitExceeded }
        #expect(limits.map { $0.fields[.count] } == [nil, "97"])
    }

    @Test("a client that goes on talking before it is answered is not read from, and loses nothing")
    func waiting() {
        var server = ServerHarness()
        _ = server.user("ann", at: 1, client: "c1")
        let second = server.connect(2)
        server.logIn(second, "ann", client: "c2")
        for number in 1...150 {
            server.say(second, #"{"command":"HEARTBEAT","number":\#(number)}"#)
        }
        #expect(server.paused == [second])
        server.pass(.milliseconds(2300))
        #expect(server.paused.isEmpty)
        let lines = server.take(second)
        #expect(lines.first?.contains("LOGIN_SUCCESS") ?? false)
        #expect(lines.count { $0.contains("HEARTBEAT_ACK") } == 150)
    }

    @Test("a sender that is faster than what is held waits, until it is held")
    func unacknowledged() {
        var server = ServerHarness { $0.limits.unacknowledgedSendsMax = 40 }
        let ann = server.user("ann", at: 1, client: "c1")
        let link = server.link(at: 90)
        func say(_ number: Int) {
            server.say(
                ann,
                #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","stream":"c1.1","#
                    + #""number":\#(number),"activity":{}}"#
            )
        }
        for number in 1...11 { say(number) }
        #expect(server.paused == [ann])
        #expect(server.take(ann).isEmpty)
        let stored = server.core.log.vector[server.core.id]
        server.say(
            link,
            #"{"command":"STORED","stored":[{"origin":"\#(server.core.id.text)","sequence":\#(stored)}]}"#
        )
        #expect(server.paused.isEmpty)
        #expect(
            server.take(ann).contains(#"{"command":"ACTIVITY_ACK","stream":"c1.1","number":11}"#)
        )
        for number in 12...52 { say(number) }
        #expect(server.closed == [ann])
        #expect(reasons(server) == ["unacknowledged sends"])
    }

    @Test("only a server that has shown the secret may send long lines")
    func allowances() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        #expect(server.allowed.isEmpty)
        let link = server.link(at: 90)
        #expect(server.allowed.keys.sorted() == [link])
        #expect(server.allowed[link] == ServerLimits().forServers)
        let wrong = server.connect(91)
        server.say(
            wrong,
            #"{"command":"AUTHENTICATE","secret":"no","id":"server.3~1","hostname":"h","port":1}"#
        )
        #expect(server.allowed[wrong] == nil && server.allowed[ann] == nil)
    }

    @Test("there are no more names than may be registered")
    func registrations() {
        var server = ServerHarness { $0.limits.registrationsMax = 2 }
        for number in 1...3 {
            let connection = server.connect(Int64(number))
            server.say(connection, #"{"command":"REGISTER","username":"u\#(number)","secret":"x"}"#)
            let command = number < 3 ? "REGISTER_SUCCESS" : "REGISTER_FAILED"
            #expect(server.take(connection).first?.contains(command) ?? false)
        }
        #expect(reasons(server) == ["registrations"])
    }
}
