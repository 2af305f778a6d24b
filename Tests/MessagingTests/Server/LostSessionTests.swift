import Evidence
import Testing

@testable import Messaging

/// Sessions whose connection ended with their server.
@Suite struct LostSessionTests {
    @Test(
        "no session gives way to an earlier one whose server was lost with it",
        arguments: [false, true]
    )
    func stays(isGone: Bool) {
        var server = ServerHarness()
        let ada = server.user("ada", at: 1)
        let link = server.connect(2)
        server.say(
            link,
            #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~1","hostname":"10.0.0.2","#
                + #""port":7,"superpeer":"\#(server.core.id.text)","serves":true}"#
        )
        let gone = isGone ? #""server.2~1.1""# : ""
        server.say(
            link,
            #"{"command":"SUPERPEER_INFO","epoch":{"number":1,"master":"\#(server.core.id.text)","#
                + #""backups":[],"proposal":"founded"},"stored":[],"dropped":[],"delivered":[],"#
                + #""sessions":[{"session":"server.2~1.1","username":"ada","stream":"s","#
                + #""timestamp":1,"server":"server.2~1","supervisor":"server.2~1","#
                + #""attachment":1,"closed":false}],"gone":[\#(gone)],"registrations":[],"#
                + #""streams":[],"superpeers":[],"last":true}"#
        )
        #expect(server.closed.contains(ada) == !isGone)
        #expect(server.core.marks.contains(.sessionYields) == !isGone)
    }

    @Test("who comes back with a disk tells others that its sessions are lost")
    func told() throws {
        var server = try ServerHarness(disk: StoreContents())
        _ = server.user("ada", at: 1)
        let session = try #require(server.core.knownSessions.keys.first)
        server = try ServerHarness(disk: server.disk)
        let other = server.connect(2)
        server.say(
            other,
            #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.2~a","hostname":"10.0.0.2","#
                + #""port":1,"load":0,"superpeer":"\#(server.core.id.text)","serves":true}"#
        )
        let said = server.take(other)
        #expect(said.contains { $0.contains(#""gone":["\#(session.text)"]"#) }, "\(said)")
    }

    @Test("who is stopped tells others first what its stock clients were given")
    func stopped() throws {
        var server = ServerHarness()
        let ada = server.user("ada", at: 1)
        let link = server.link(at: 2)
        server.say(
            link,
            #"{"command":"ACTIVITY_BROADCAST","origin":"server.2~1","sequence":1,"username":"bob","#
                + #""stream":"b","number":1,"pending":["ada"],"activity":{"body":"m1"}}"#
        )
        #expect(server.take(ada).contains { $0.contains("m1") })
        _ = server.take(link)
        server.tell(.control(.stop))
        let said = server.take(link)
        #expect(said.contains { $0.contains("DELIVERY_ACK") && $0.contains("ada") }, "\(said)")
        #expect(server.exitCode == 0)
    }
}
