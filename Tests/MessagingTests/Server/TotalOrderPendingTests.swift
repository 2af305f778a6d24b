import Evidence
import Testing

@testable import Messaging

/// Where the order is total: what a user may still be given of what is pending.
///
/// Ada has no session while server.2 says what it stored: message 1, which nobody knows to be pending for
/// her, and message 2, which she was delivered there.
@Suite struct TotalOrderPendingTests {
    /// How server.2 says that message 1 is pending for ada, and that she acknowledged message 2.
    private enum Words: CaseIterable {
        case pendingFirst, acknowledgementFirst
    }

    private func message(_ sequence: Int, user: String, order: Int) -> String {
        #"{"command":"ACTIVITY_BROADCAST","origin":"server.2~1","sequence":\#(sequence),"#
            + #""username":"\#(user)","stream":"s.\#(user)","number":1,"pending":[],"#
            + #""order":\#(order),"activity":{"body":"m\#(order)"}}"#
    }

    private func pending(_ sequence: Int) -> String {
        #"{"command":"ACTIVITY_PENDING","origin":"server.2~1","sequence":\#(sequence),"#
            + #""users":["ada"],"messages":[{"username":"bob","stream":"s.bob","number":1}]}"#
    }

    private func acknowledged(_ sequence: Int) -> String {
        #"{"command":"DELIVERY_ACK","origin":"server.2~1","sequence":\#(sequence),"#
            + #""delivered":[{"username":"ada","sender":"eve","stream":"s.eve","number":1}]}"#
    }

    /// A server where ada was, linked with server.2, which has everything that there will be.
    private func meeting() -> (server: ServerHarness, link: ConnectionID) {
        var server = ServerHarness { $0.ordering = .total }
        server.say(server.user("ada", at: 1), #"{"command":"LOGOUT"}"#)
        let link = server.link(at: 2, ordering: .total)
        let all = [server.core.id.text, "server.2~1"].map {
            #"{"origin":"\#($0)","sequence":100}"#
        }
        server.say(link, #"{"command":"STORED","stored":[\#(all.joined(separator: ","))]}"#)
        return (server, link)
    }

    @Test(
        "who acknowledged a later message elsewhere is given no earlier one at the next login",
        arguments: Words.allCases
    )
    private func atLogin(words: Words) {
        var (server, link) = meeting()
        server.say(link, message(1, user: "bob", order: 1))
        server.say(link, message(2, user: "eve", order: 2))
        switch words {
        case .pendingFirst:
            server.say(link, pending(3))
            server.say(link, acknowledged(4))
        case .acknowledgementFirst:
            server.say(link, acknowledged(3))
            server.say(link, pending(4))
        }
        let ada = server.connect(3)
        server.logIn(ada, "ada")
        let lines = server.take(ada)
        #expect(lines.contains { $0.contains("LOGIN_SUCCESS") })
        #expect(!lines.contains { $0.contains("m1") }, "\(lines)")
        // It counts as delivered: it waits for nobody any more.
        #expect(server.core.acknowledged["ada"]?.keys.contains { $0.user == "bob" } ?? false)
        #expect(server.core.marks.contains(.pendingTooLate))
    }

    @Test("nor is one who is there when that is found out")
    func whileThere() {
        var (server, link) = meeting()
        server.say(link, message(1, user: "bob", order: 1))
        server.say(link, message(2, user: "eve", order: 2))
        server.say(link, acknowledged(3))
        let ada = server.connect(3)
        server.logIn(ada, "ada")
        server.say(link, pending(4))
        #expect(!server.take(ada).contains { $0.contains("m1") })
        #expect(server.core.acknowledged["ada"]?.keys.contains { $0.user == "bob" } ?? false)
    }

    @Test("who acknowledged nothing later is given what is pending")
    func nothingLater() {
        var (server, link) = meeting()
        server.say(link, message(1, user: "bob", order: 1))
        server.say(link, message(2, user: "eve", order: 2))
        server.say(link, pending(3))
        let ada = server.connect(3)
        server.logIn(ada, "ada")
        #expect(server.take(ada).contains { $0.contains("m1") })
        #expect(!server.core.marks.contains(.pendingTooLate))
    }
}
