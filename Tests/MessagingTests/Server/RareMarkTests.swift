import Evidence
import Testing

@testable import Messaging

/// What happens so rarely that no seed of the simulator need take it, driven line by line.
@Suite struct RareMarkTests {
    private func address(_ server: Int) -> Address { Address(host: "10.0.0.\(server)", port: 7) }

    private func place(_ server: Int) -> String {
        #""id":"server.\#(server)~1","hostname":"10.0.0.\#(server)","port":7"#
    }

    /// A message as an item of server.2.
    private func item(_ sequence: Int, _ number: Int) -> String {
        #"{"command":"ACTIVITY_BROADCAST","origin":"server.2~1","sequence":\#(sequence),"#
            + #""username":"bob","stream":"d.1","number":\#(number),"pending":["ada"],"#
            + #""activity":{"body":"m\#(number)"}}"#
    }

    /// A server that joined server.2 as its peer.
    private func peer() throws -> (server: ServerHarness, above: ConnectionID) {
        var server = ServerHarness(remotes: [address(2)])
        let above = ConnectionID(1)
        server.tell(.connected(above, try #require(server.dials.last).id))
        server.say(above, #"{"command":"AUTHENTICATE_SUCCESS",\#(place(2)),"load":0}"#)
        #expect(server.isReady)
        return (server, above)
    }

    @Test("a super-peer that calls though it is linked has lost that link: the new one counts")
    func calledAgain() {
        var server = ServerHarness()
        let old = server.link(at: 1)
        let new = server.link(at: 2)
        #expect(server.closed == [old])
        #expect(server.core.linkedIDs == ["server.2~1"])
        #expect(server.core.marks.contains(.calledAgain))
        #expect(server.take(new).contains { $0.contains("SUPERPEER_INFO") })
    }

    @Test("a login that no supervisor answers is given up, and nobody is told what became of it")
    func loginUndecided() throws {
        var (server, above) = try peer()
        let client = server.connect(2)
        server.logIn(client, "ada", client: "c")
        for _ in 0..<120 where !server.closed.contains(client) {
            server.pass(.milliseconds(100))
            // All else is answered.
            let beats = server.take(above).filter { $0.contains(#""command":"HEARTBEAT""#) }
            for beat in beats {
                server.say(above, beat.replacing("HEARTBEAT", with: "HEARTBEAT_ACK"))
            }
        }
        #expect(server.closed.contains(client))
        #expect(!server.closed.contains(above))
        #expect(server.take(client).isEmpty)
        #expect(server.core.marks.contains(.loginUndecided))
    }

    @Test("a message that comes after its stream went on and was dropped is no news")
    func messageLate() {
        var server = ServerHarness()
        let reader = server.user("ada", at: 1)
        let link = server.link(
            at: 2,
            streams: #"{"username":"","sender":"bob","stream":"d.1","number":3}"#
        )
        server.say(link, item(1, 3))
        server.say(link, item(2, 4))
        server.pass(.milliseconds(100))
        let delivered = server.take(reader).filter { $0.contains("ACTIVITY_BROADCAST") }
        #expect(delivered.count == 1)
        #expect(delivered.first?.contains("m4") ?? false)
        #expect(server.core.marks.contains(.messageLate))
    }

    @Test("who answers a call by an id that is not the one that was called breaks the rules")
    func anotherAnswers() throws {
        var server = ServerHarness()
        let link = server.link(at: 1)
        server.say(link, #"{"command":"RAISING_PEER",\#(place(3))}"#)
        server.pass(.seconds(1))
        let dial = try #require(server.dials.last { $0.address == address(3) })
        let call = ConnectionID(2)
        server.tell(.connected(call, dial.id))
        server.say(call, #"{"command":"AUTHENTICATE_SUCCESS",\#(place(4)),"load":0}"#)
        #expect(server.closed == [call])
        #expect(server.take(call).contains { $0.contains("INVALID_MESSAGE") })
        #expect(server.core.linkedIDs == ["server.2~1"])
    }
}
