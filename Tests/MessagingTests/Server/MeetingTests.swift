import Evidence
import Testing

@testable import Messaging

/// What super-peers owe each other when they meet, and when they lose each other again at once.
@Suite struct MeetingTests {
    /// An item of another super-peer: a message of a user of its own.
    private func message(
        of server: Int,
        _ sequence: Int,
        number: Int,
        pending: [String] = []
    ) -> String {
        let users = pending.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"command":"ACTIVITY_BROADCAST","origin":"server.\#(server)~1","#
            + #""sequence":\#(sequence),"username":"user-\#(server)","stream":"s\#(server)","#
            + #""number":\#(number),"pending":[\#(users)],"activity":{"body":"m\#(number)"}}"#
    }

    private func session(
        _ command: String,
        _ sequence: Int,
        attachment: Int,
        by server: Int
    )
        -> String
    {
        #"{"command":"\#(command)","origin":"server.2~1","sequence":\#(sequence),"#
            + #""session":"server.9~1.1","username":"bob","client":"d","stream":"d.1","#
            + #""timestamp":1,"server":"server.9~1","supervisor":"server.\#(server)~1","#
            + #""attachment":\#(attachment),"closed":\#(command == "USER_DISCONNECTED")}"#
    }

    private func send(_ number: Int, _ user: String, _ client: String) -> String {
        #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"x","#
            + #""stream":"\#(client).1","number":\#(number),"activity":{"body":"own"}}"#
    }

    /// Nobody is there whom the server calls: else a call of another super-peer crosses its own.
    private func refuseCalls(of server: inout ServerHarness) {
        for dial in server.dials { server.tell(.dialFailed(dial.id, reason: "refused")) }
        server.dials = []
    }

    private func place(of command: String, _ text: String, in lines: [String]) -> Int? {
        lines.firstIndex { $0.contains(#""command":"\#(command)""#) && $0.contains(text) }
    }

    @Test("a session that was closed at one super-peer and goes on at another one is not forgotten")
    func reopened() {
        var server = ServerHarness { $0.limits.settledRetention = .seconds(1) }
        let link = server.link(at: 1)
        server.say(link, session("NEW_LOGIN", 1, attachment: 1, by: 2))
        server.say(link, session("USER_DISCONNECTED", 2, attachment: 1, by: 2))
        server.say(link, session("NEW_LOGIN", 3, attachment: 2, by: 2))
        for _ in 0..<6 {
            // The harness looks at the invariants after each step.
            server.pass(.milliseconds(500))
            server.announce(link, server: 2)
        }
        #expect(server.core.counted == ["bob"])
    }

    @Test("for whom else a message is pending is told before it is told that it is stored")
    func pendingFirst() throws {
        var server = ServerHarness()
        let two = server.link(at: 1)
        let three = server.link(at: 2, server: 3)
        let user = server.connect(3)
        server.announce(two, server: 2, links: [3])
        server.announce(three, server: 3, links: [2])
        server.say(
            two,
            #"{"command":"REGISTER_SUCCESS","origin":"server.2~1","sequence":1,"username":"ada","#
                + #""secret":"hash of x","registered_in":1,"timestamp":1,"master":"server.2"}"#
        )
        server.logIn(user, "ada")
        _ = server.take(two)
        // This one server.2 gets from server.3: it is left to that one.
        server.say(three, message(of: 3, 1, number: 1, pending: ["ada"]))
        server.say(two, message(of: 2, 2, number: 1))
        let lines = server.take(two)
        let pending = try #require(place(of: "ACTIVITY_PENDING", "ada", in: lines))
        let what = #""origin":"server.2~1","sequence":2"#
        let stored = try #require(place(of: "STORED", what, in: lines))
        #expect(pending < stored)
    }

    @Test("nothing is held before all is here that a super-peer had when it was linked")
    func meeting() {
        var server = ServerHarness()
        let sender = server.user("ada", at: 1, client: "c")
        let link = server.link(at: 2, stored: 2)
        _ = server.take(sender)
        server.say(sender, send(1, "ada", "c"))
        let all = #"{"origin":"\#(server.core.id.text)","sequence":100}"#
        server.say(link, #"{"command":"STORED","stored":[\#(all)]}"#)
        server.say(link, message(of: 2, 1, number: 1))
        #expect(!server.take(sender).contains { $0.contains("ACTIVITY_ACK") })
        server.say(link, message(of: 2, 2, number: 2))
        #expect(server.take(sender).contains { $0.contains("ACTIVITY_ACK") })
    }

    @Test("who is lost again before it had all that was held without it may lack that")
    func lostTwice() {
        var server = ServerHarness()
        let sender = server.user("ada", at: 1, client: "c")
        let first = server.link(at: 2)
        server.say(
            first,
            #"{"command":"REGISTER_SUCCESS","origin":"server.2~1","sequence":1,"username":"bob","#
                + #""secret":"hash of x","registered_in":1,"timestamp":1,"master":"server.2"}"#
        )
        let all = #"{"origin":"\#(server.core.id.text)","sequence":3}"#
        server.say(first, #"{"command":"STORED","stored":[\#(all)]}"#)
        server.tell(.closed(first, reason: .failed("reset")))
        // It is held without server.2, where bob is, and which is back for a moment only.
        server.say(sender, send(1, "ada", "c"))
        #expect(server.take(sender).contains { $0.contains("ACTIVITY_ACK") })
        let second = server.link(at: 3, stored: 1)
        server.tell(.closed(second, reason: .failed("reset")))
        let reader = server.connect(4)
        server.logIn(reader, "bob", client: "d")
        #expect(server.take(reader).contains { $0.contains("own") })
    }

    @Test("what came late is pending for all that counted since everything was here")
    func lateTwice() {
        var server = ServerHarness()
        let first = server.link(at: 1)
        server.tell(.closed(first, reason: .failed("reset")))
        server.pass(.seconds(3))
        // Bob is here while server.2 takes a message, and gone before the two lose each other again.
        let reader = server.user("bob", at: 2, client: "d")
        refuseCalls(of: &server)
        let second = server.link(at: 3, stored: 1)
        server.say(reader, #"{"command":"LOGOUT"}"#)
        for _ in 0..<6 {
            server.pass(.milliseconds(500))
            server.announce(second, server: 2)
        }
        server.tell(.closed(second, reason: .failed("reset")))
        refuseCalls(of: &server)
        let third = server.link(at: 4, stored: 1)
        #expect(server.core.linkedIDs == ["server.2~1"])
        _ = server.take(third)
        server.say(third, message(of: 2, 1, number: 1))
        #expect(place(of: "ACTIVITY_PENDING", "bob", in: server.take(third)) != nil)
    }

    @Test(
        "who is linked with one that is linked with us is on our side, until that one loses it too"
    )
    func indirect() {
        var server = ServerHarness()
        let sender = server.user("ada", at: 1, client: "c")
        let lost = server.link(at: 2)
        server.say(
            lost,
            #"{"command":"REGISTER_SUCCESS","origin":"server.2~1","sequence":1,"username":"bob","#
                + #""secret":"hash of x","registered_in":1,"timestamp":1,"master":"server.2"}"#
        )
        let own = server.core.log.vector[server.core.id]
        let here = #"{"origin":"\#(server.core.id.text)","sequence":\#(own)}"#
        server.say(lost, #"{"command":"STORED","stored":[\#(here)]}"#)
        let all = #"{"origin":"\#(server.core.id.text)","sequence":100}"#
        let other = server.link(at: 3, server: 3)
        server.say(
            other,
            #"{"command":"STORED","stored":[\#(all),{"origin":"server.2~1","sequence":1}]}"#
        )
        server.tell(.closed(lost, reason: .failed("reset")))
        // For long it is on our side through server.3; then it is lost, and a message is held without it.
        for _ in 0..<16 {
            server.pass(.milliseconds(500))
            server.announce(other, server: 3, links: [2])
            server.say(sender, #"{"command":"HEARTBEAT","number":1}"#)
        }
        server.announce(other, server: 3)
        server.say(sender, send(1, "ada", "c"))
        #expect(server.take(sender).contains { $0.contains("ACTIVITY_ACK") })
        // Bob may have been there.
        let reader = server.connect(4)
        server.logIn(reader, "bob", client: "d")
        #expect(server.take(reader).contains { $0.contains("own") })
    }

    @Test("a peer that comes back gets nothing for a session before it has brought it")
    func peerComesBack() throws {
        var server = ServerHarness()
        server.tell(.closed(server.user("bob", at: 2, client: "d"), reason: .ended))
        server.pass(.seconds(3))
        let ada = server.user("ada", at: 1, client: "c")
        let peer = #""id":"server.5~1","hostname":"10.0.0.5","port":7,"load":1"#
        let hello = #"{"command":"AUTHENTICATE","secret":"s3cret",\#(peer),"sessions":1}"#
        let bob = #""session":"server.5~1.1","username":"bob","client":"d","stream":"d.1""#
        let first = server.connect(3)
        server.say(first, hello)
        server.say(
            first,
            #"{"command":"LOGIN_ATTEMPT",\#(bob),"acknowledged":0,"attachment":1,"#
                + #""verified":true,"check":false}"#
        )
        #expect(server.take(first).contains { $0.contains("LOGIN_ATTEMPT_SUCCESS") })
        server.tell(.closed(first, reason: .failed("reset")))
        server.say(ada, send(1, "ada", "c"))
        let second = server.connect(4)
        server.say(second, hello)
        server.say(ada, send(2, "ada", "c"))
        // What its anonymous clients are given names no session.
        #expect(!server.take(second).contains { $0.contains("own") && $0.contains("~1.1") })
        server.say(
            second,
            #"{"command":"ATTACH_SESSIONS","sessions":[{\#(bob),"timestamp":1,"#
                + #""server":"server.5~1","supervisor":"server.5~1","attachment":2,"#
                + #""acknowledged":0,"delivered":[],"written":[]}]}"#
        )
        let lines = server.take(second)
        let one = try #require(place(of: "ACTIVITY_BROADCAST", #""number":1"#, in: lines))
        let two = try #require(place(of: "ACTIVITY_BROADCAST", #""number":2"#, in: lines))
        #expect(one < two || one == two)
    }

    @Test("a send that arrived by another way is acknowledged, and its repeat is one")
    func sendFromElsewhere() {
        var server = ServerHarness()
        let ada = server.user("ada", at: 1, client: "c")
        let link = server.link(at: 2)
        _ = server.take(ada)
        server.say(
            link,
            #"{"command":"ACTIVITY_BROADCAST","origin":"server.2~1","sequence":1,"username":"ada","#
                + #""stream":"c.1","number":1,"pending":["ada"],"activity":{"body":"own"}}"#
        )
        server.say(
            link,
            #"{"command":"STORED","stored":[{"origin":"\#(server.core.id.text)","sequence":100}]}"#
        )
        #expect(server.take(ada).contains { $0.contains("ACTIVITY_ACK") })
        server.say(ada, send(1, "ada", "c"))
        #expect(server.take(ada).contains { $0.contains("ACTIVITY_ACK") })
        #expect(server.core.sessions.values.allSatisfy { $0.unacknowledged.isEmpty })
    }

    @Test("a user whose session gives way counts as long as the client may not know of it")
    func yields() {
        var server = ServerHarness()
        let bob = server.user("bob", at: 1, client: "c")
        let link = server.link(at: 2)
        server.say(link, session("NEW_LOGIN", 1, attachment: 1, by: 2))
        #expect(server.closed.contains(bob))
        // The earlier one ended long ago, where nobody could tell us.
        server.say(link, session("USER_DISCONNECTED", 2, attachment: 1, by: 2))
        #expect(server.core.counted == ["bob"])
        for _ in 0..<6 {
            server.pass(.milliseconds(500))
            server.announce(link, server: 2)
        }
        #expect(server.core.counted.isEmpty)
    }

    @Test("an anonymous client is given nothing that was stored before it came, when that is held")
    func anonymous() {
        var server = ServerHarness()
        let ada = server.user("ada", at: 1, client: "c")
        let first = server.connect(2)
        server.say(first, #"{"command":"LOGIN","username":"anonymous"}"#)
        let link = server.link(at: 3)
        // The other super-peer has it, and may have told its clients; here that is not known yet.
        server.say(ada, send(1, "ada", "c"))
        let second = server.connect(4)
        server.say(second, #"{"command":"LOGIN","username":"anonymous"}"#)
        #expect(server.take(second).isEmpty)
        server.say(ada, send(2, "ada", "c"))
        let end = server.core.log.vector[server.core.id]
        for sequence in [end - 1, end] {
            let stored = #"{"origin":"\#(server.core.id.text)","sequence":\#(sequence)}"#
            server.say(link, #"{"command":"STORED","stored":[\#(stored)]}"#)
        }
        #expect(server.take(first).count { $0.contains("own") } == 2)
        let lines = server.take(second)
        #expect(lines.first?.contains("LOGIN_SUCCESS") ?? false)
        #expect(lines.count { $0.contains("own") } == 1, "\(lines)")
        #expect(server.core.marks.contains(.anonymousWaits))
    }

    @Test(
        "causal: what is found out late to be pending for a user is not delivered out of order",
        arguments: [MessageOrdering.fifo, .causal]
    )
    func tooLate(ordering: MessageOrdering) {
        var server = ServerHarness { $0.ordering = ordering }
        let first = server.user("ada", at: 1, client: "c")
        server.say(first, #"{"command":"LOGOUT"}"#)
        let two = server.link(at: 2, ordering: ordering)
        let three = server.link(at: 3, server: 3, ordering: ordering)
        let all = [server.core.id.text, "server.2~1", "server.3~1"].map {
            #"{"origin":"\#($0)","sequence":100}"#
        }
        for link in [two, three] {
            server.say(link, #"{"command":"STORED","stored":[\#(all.joined(separator: ","))]}"#)
        }
        // Nobody knows that this is pending for ada, who is given the next one.
        server.say(two, message(of: 2, 1, number: 1))
        let ada = server.connect(4)
        server.logIn(ada, "ada", client: "c")
        server.say(three, message(of: 3, 1, number: 2, pending: ["ada"]))
        #expect(server.take(ada).contains { $0.contains("m2") })
        server.say(
            two,
            #"{"command":"ACTIVITY_PENDING","origin":"server.2~1","sequence":2,"users":["ada"],"#
                + #""messages":[{"username":"user-2","stream":"s2","number":1}]}"#
        )
        // It may precede that. It counts as delivered.
        let isLate = ordering == .fifo
        #expect(server.take(ada).contains { $0.contains("m1") } == isLate)
        let isDone = server.core.acknowledged["ada"]?.keys.contains { $0.stream == "s2" } ?? false
        #expect(isDone == !isLate)
        #expect(server.core.marks.contains(.pendingTooLate) == !isLate)
    }
}
