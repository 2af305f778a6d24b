import Evidence
import Testing

@testable import Messaging

/// What clients that show the extensions are promised besides.
@Suite struct OwnClientTests {
    private func message(_ user: String, _ client: String, _ number: Int) -> String {
        #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"x","#
            + #""stream":"\#(client).1","number":\#(number),"activity":{"n":\#(number)}}"#
    }

    @Test("sends are acknowledged in order, resends acknowledged again and not stored again")
    func sends() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "c1")
        server.say(ann, message("ann", "c1", 1))
        server.say(ann, message("ann", "c1", 2))
        server.say(ann, message("ann", "c1", 1))
        let lines = server.take(ann)
        #expect(lines.filter { $0.contains("ACTIVITY_BROADCAST") }.count == 2)
        #expect(lines.last == #"{"command":"ACTIVITY_ACK","stream":"c1.1","number":2}"#)
        #expect(server.records.count { $0.kind == .stored } == 2)
    }

    @Test("a number that leaves a gap is refused")
    func gap() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "c1")
        server.say(ann, message("ann", "c1", 2))
        #expect(server.take(ann).first?.contains("INVALID_MESSAGE") ?? false)
        #expect(server.closed.contains(ann))
    }

    @Test(
        "what was not acknowledged is delivered at the next login, in order, before anything newer"
    )
    func pending() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "c1")
        let bob = server.user("bob", at: 2, client: "c2")
        for number in 1...3 { server.say(ann, message("ann", "c1", number)) }
        #expect(server.take(bob).count == 3)
        server.say(bob, #"{"command":"DELIVERY_ACK","count":1}"#)
        server.pass(.milliseconds(500))
        server.tell(.closed(bob, reason: .ended))
        server.say(ann, message("ann", "c1", 4))
        let again = server.connect(3)
        server.logIn(again, "bob", client: "c2")
        server.say(ann, message("ann", "c1", 5))
        let lines = server.take(again)
        #expect(lines.first?.contains("LOGIN_SUCCESS") ?? false)
        let numbers = lines.dropFirst().compactMap { line in
            (1...9).first { line.contains(#""number":\#($0),"#) }
        }
        #expect(numbers == [2, 3, 4, 5])
    }

    @Test("a heartbeat's answer says how many acknowledgements are held")
    func heartbeat() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "c1")
        for number in 1...3 { server.say(ann, message("ann", "c1", number)) }
        server.say(ann, #"{"command":"DELIVERY_ACK","count":2}"#)
        server.pass(.milliseconds(500))
        _ = server.take(ann)
        server.say(ann, #"{"command":"HEARTBEAT","number":7}"#)
        #expect(server.take(ann) == [#"{"command":"HEARTBEAT_ACK","number":7,"count":2}"#])
    }

    @Test(
        "a heartbeat's answer waits for no backlog; what waits is written as the client acknowledges"
    )
    func overtakes() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2, client: "c2")
        let say = #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#
        for _ in 1...1000 { server.say(ann, say) }
        var told = server.take(bob)
        #expect(!told.isEmpty && told.count < 100)
        server.say(bob, #"{"command":"HEARTBEAT","number":7}"#)
        #expect(server.take(bob) == [#"{"command":"HEARTBEAT_ACK","number":7,"count":0}"#])
        // More than was written cannot be acknowledged.
        while told.count < 1000 {
            server.now = server.now + .milliseconds(20)
            server.say(bob, #"{"command":"DELIVERY_ACK","count":\#(told.count)}"#)
            let more = server.take(bob)
            #expect(!more.isEmpty)
            if more.isEmpty { break }
            told += more
        }
        let numbers = told.compactMap { line in
            line.firstRange(of: #""number":"#).map { line[$0.upperBound...] }
                .flatMap { Int($0.prefix { $0.isNumber }) }
        }
        #expect(numbers == Array(1...1000))
        #expect(server.core.marks.contains(.deliveryWaited))
    }

    @Test("nobody acknowledges what waits: it was not written")
    func acknowledgesTooMuch() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2, client: "c2")
        let say = #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#
        for _ in 1...1000 { server.say(ann, say) }
        server.say(bob, #"{"command":"DELIVERY_ACK","count":1000}"#)
        #expect(server.take(bob).last?.contains("INVALID_MESSAGE") ?? false)
        #expect(server.closed == [bob])
    }

    @Test("a silent client is closed after hold; what is sent within hold of that waits for it")
    func silence() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1)
        let bob = server.user("bob", at: 2, client: "c2")
        server.pass(.milliseconds(2500))
        #expect(server.closed.contains(bob) && !server.closed.contains(ann))
        let say = #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#
        server.say(ann, say)
        server.pass(.seconds(3))
        server.say(ann, say)
        let again = server.connect(3)
        server.logIn(again, "bob", client: "c2")
        #expect(server.take(again).count == 2)
    }

    @Test("another client of the user is let in only if the first one does not answer")
    func probe() {
        var server = ServerHarness()
        let first = server.user("ann", at: 1, client: "c1")
        let second = server.connect(2)
        server.logIn(second, "ann", client: "c2")
        #expect(server.take(second).isEmpty)
        server.say(first, #"{"command":"HEARTBEAT","number":1}"#)
        #expect(server.take(second).first?.contains(#""reason":"already""#) ?? false)
        let third = server.connect(3)
        server.logIn(third, "ann", client: "c3")
        server.pass(.milliseconds(2300))
        #expect(server.take(third).first?.contains("LOGIN_SUCCESS") ?? false)
        #expect(server.closed.contains(first))
    }

    @Test("the same client replaces its own session at once")
    func replaces() {
        var server = ServerHarness()
        let first = server.user("ann", at: 1, client: "c1")
        let second = server.connect(2)
        server.logIn(second, "ann", client: "c1")
        #expect(server.take(second).first?.contains("LOGIN_SUCCESS") ?? false)
        #expect(server.closed.contains(first))
    }

    @Test("a server that lacks what the client knows to be held says so")
    func behind() {
        var server = ServerHarness()
        let ann = server.connect(1)
        server.say(ann, #"{"command":"REGISTER","username":"ann","secret":"x"}"#)
        _ = server.take(ann)
        server.say(
            ann,
            #"{"command":"LOGIN","username":"ann","secret":"x","extensions":1,"client":"c","#
                + #""stream":"c.1","acknowledged":4}"#
        )
        #expect(server.take(ann).first?.contains(#""reason":"behind""#) ?? false)
    }

    @Test("WHO is answered with the names that count as connected, to who is logged in only")
    func who() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "c1")
        _ = server.user("bob", at: 2)
        server.say(ann, #"{"command":"WHO"}"#)
        #expect(
            server.take(ann) == [#"{"command":"WHO_ANSWER","users":["ann","bob"],"count":2}"#]
        )
        let stranger = server.connect(3)
        server.say(stranger, #"{"command":"WHO"}"#)
        #expect(server.take(stranger).first?.contains("INVALID_MESSAGE") ?? false)
    }

    @Test("streams of which nothing is left are forgotten, those in use are not")
    func forgetting() {
        var server = ServerHarness { $0.limits.settledRetention = .seconds(10) }
        let ann = server.user("ann", at: 1)
        for number in 0..<20 {
            let connection = server.connect(Int64(10 + number))
            server.say(connection, #"{"command":"LOGIN","username":"anonymous"}"#)
            server.say(
                connection,
                #"{"command":"ACTIVITY_MESSAGE","username":"anonymous","activity":{}}"#
            )
            server.tell(.closed(connection, reason: .ended))
        }
        let say = #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","activity":{}}"#
        server.say(ann, say)
        server.pass(.seconds(5))
        #expect(server.core.streams.count == 21)
        server.pass(.seconds(20))
        #expect(server.core.streams.count == 1)
        #expect(server.core.acknowledged["ann"]?.count == 1)
        server.say(ann, say)
        #expect(server.take(ann).count == 22)
        #expect(!server.closed.contains(ann))
    }
}
