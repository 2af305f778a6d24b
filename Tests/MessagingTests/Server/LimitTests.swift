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

    @Test("beyond the connections only servers are let in, and beyond those nobody")
    func connections() {
        var server = ServerHarness {
            $0.limits.connectionsMax = 2
            $0.limits.connectionsReserved = 2
        }
        let first = server.connect(1)
        _ = server.connect(2)
        let client = server.connect(3)
        let peer = server.connect(4)
        let last = server.connect(5)
        #expect(server.closed == [last])
        server.say(client, #"{"command":"LOGIN","username":"anonymous"}"#)
        #expect(server.take(client).first?.contains("at most 2 connections") ?? false)
        server.say(
            peer,
            #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~1","hostname":"h","port":1}"#
        )
        #expect(server.take(peer).first?.contains("AUTHENTICATE_SUCCESS") ?? false)
        server.say(first, #"{"command":"LOGIN","username":"anonymous"}"#)
        #expect(server.take(first).first?.contains("at most 2 connections") ?? false)
        #expect(reasons(server) == ["connections"])
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
