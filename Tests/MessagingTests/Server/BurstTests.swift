import Evidence
import Testing

@testable import Messaging

/// Lines that arrive together are answered together, and mean the same as one by one.
@Suite struct BurstTests {
    private func message(_ number: Int, from user: String, _ client: String) -> String {
        #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"x","stream":"\#(client).1","#
            + #""number":\#(number),"activity":{"n":\#(number)}}"#
    }

    private func numbers(_ lines: [String]) throws -> [Int] {
        try lines.filter { $0.contains("ACTIVITY_BROADCAST") }.map { line in
            let reply = try ServerReply(line: Array(line.utf8))
            guard case .activityBroadcast(_, _, let place?) = reply else { return -1 }
            return Int(place.number)
        }
    }

    /// All broadcasts that a client is told, as it acknowledges them.
    private func acknowledging(
        _ connection: ConnectionID,
        _ server: inout ServerHarness
    ) -> [String] {
        var told: [String] = []
        while true {
            let more = server.take(connection).filter { $0.contains("BROADCAST") }
            if more.isEmpty { return told }
            told += more
            server.say(connection, #"{"command":"DELIVERY_ACK","count":\#(told.count)}"#)
        }
    }

    @Test("messages that arrive together are acknowledged once and delivered in order")
    func together() throws {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "a")
        let bob = server.user("bob", at: 2)
        server.say(ann, together: (1...1000).map { message($0, from: "ann", "a") })
        let toAnn = server.sent[ann] ?? []
        #expect(toAnn.count { $0.contains("ACTIVITY_ACK") } == 1)
        #expect(toAnn.last == #"{"command":"ACTIVITY_ACK","stream":"a.1","number":1000}"#)
        #expect(try numbers(server.take(bob)) == Array(1...1000))
        #expect(try numbers(acknowledging(ann, &server)) == Array(1...1000))
    }

    @Test("a line that breaks the rules ends the connection, and nothing after it is taken")
    func broken() throws {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "a")
        let bob = server.user("bob", at: 2)
        server.say(
            ann,
            together: [
                message(1, from: "ann", "a"), "what?", message(2, from: "ann", "a"),
            ]
        )
        #expect(server.closed.contains(ann))
        #expect(try numbers(server.take(bob)) == [1])
    }

    @Test("acknowledging some of what was delivered together leaves the rest pending, in order")
    func partAcknowledged() throws {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "a")
        let bob = server.user("bob", at: 2, client: "b")
        server.say(ann, together: (1...20).map { message($0, from: "ann", "a") })
        server.say(bob, #"{"command":"DELIVERY_ACK","count":7}"#)
        server.say(ann, together: (21...30).map { message($0, from: "ann", "a") })
        server.pass(.milliseconds(300))
        _ = server.take(bob)
        server.tell(.closed(bob, reason: .ended))
        server.say(ann, together: (31...40).map { message($0, from: "ann", "a") })
        let again = server.connect(3)
        server.logIn(again, "bob", client: "b")
        #expect(try numbers(server.take(again)) == Array(8...40))
        server.say(again, #"{"command":"DELIVERY_ACK","count":33}"#)
        server.pass(.milliseconds(300))
        server.tell(.closed(again, reason: .ended))
        let last = server.connect(4)
        server.logIn(last, "bob", client: "b")
        #expect(try numbers(server.take(last)).isEmpty)
    }

    @Test("a count beyond what was written is refused")
    func tooMany() {
        var server = ServerHarness()
        let ann = server.user("ann", at: 1, client: "a")
        server.say(ann, together: (1...5).map { message($0, from: "ann", "a") })
        server.say(ann, #"{"command":"DELIVERY_ACK","count":6}"#)
        #expect(server.closed.contains(ann))
    }

    @Test("however lines are put together, everybody is told the same", arguments: 1...20)
    func anyGrouping(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed, stream: "bursts")
        var single = ServerHarness()
        var grouped = ServerHarness()
        var next = [1, 1, 1]
        let users = ["ann", "bob", "cat"]
        for (index, user) in users.enumerated() {
            _ = single.user(user, at: Int64(index), client: user)
            _ = grouped.user(user, at: Int64(index), client: user)
        }
        for _ in 0..<200 {
            let sender = Int(random.next() % 3)
            let lines = (0...Int(random.next() % 6)).map { _ -> String in
                // Now and then one is sent again.
                let number = random.next() % 8 == 0 ? max(1, next[sender] - 1) : next[sender]
                next[sender] = max(next[sender], number + 1)
                return message(number, from: users[sender], users[sender])
            }
            let connection = ConnectionID(Int64(sender))
            for line in lines { single.say(connection, line) }
            grouped.say(connection, together: lines)
        }
        for index in 0..<3 {
            let connection = ConnectionID(Int64(index))
            let one = acknowledging(connection, &single)
            let other = acknowledging(connection, &grouped)
            #expect(one == other)
            #expect(one.count == next.reduce(0) { $0 + $1 - 1 })
        }
    }
}
