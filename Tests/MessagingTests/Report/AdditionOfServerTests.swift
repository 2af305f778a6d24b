import Evidence
import Testing

@testable import Messaging

/// Section 2.3.1 of the report: a server that knows no other one is master, every other one joins.
@Suite("2.3.1 Addition of a new server") struct AdditionOfServerTests {
    @Test("the first server is master; the next ones are raised, up to four super-peers in all")
    func roles() {
        let cluster = ClusterHarness.settled(6)
        #expect(cluster.servers(.master) == [1])
        #expect(cluster.servers(.superPeer) == [2, 3, 4])
        #expect(cluster.servers(.peer) == [5, 6])
        #expect(cluster.cores[1]?.linkedServers.count == 3)
    }

    @Test("a server with a wrong secret is told AUTHENTICATION_FAIL and stays out")
    func wrongSecret() {
        var cluster = ClusterHarness.settled(1)
        cluster.start(2, joining: [1], secret: "guess")
        cluster.pass(.seconds(3))
        #expect((cluster.commands["AUTHENTICATION_FAIL"] ?? 0) > 0)
        #expect(cluster.texts(.peerAdmitted, .peer).isEmpty)
        #expect(cluster.texts(.peerRefused, .reason).contains("1: wrong secret"))
        #expect(cluster.cores[1]?.peers.isEmpty ?? false)
    }

    @Test("a raise goes through the report's five commands, and the records tell each step")
    func raise() {
        var cluster = ClusterHarness.settled(2)
        cluster.forgetRecords()
        cluster.start(3, joining: [1])
        cluster.pass(.seconds(2))
        for command in [
            "AUTHENTICATE", "RAISE_TO_SUPERPEER", "RAISING_PEER", "SUPERPEER_INFO",
            "SUPERPEER_INFO_ACK", "PEER_RAISED",
        ] {
            #expect((cluster.commands[command] ?? 0) > 0, "\(command)")
        }
        let roles = cluster.texts(.roleChanged, .role)
        #expect(roles == ["3: PEER", "3: PEERTOSUPERPEER", "3: SUPERPEER"])
        #expect(cluster.texts(.supervisorChanged, .peer) == ["3: server.1"])
        #expect(cluster.texts(.supervisorLost, .peer, .reason) == ["3: server.1 raised"])
        #expect(cluster.texts(.peerListed, .peer) == ["1: server.3"])
        #expect(cluster.texts(.peerLost, .peer) == ["1: server.3"])
        #expect(cluster.texts(.peerRaised, .peer) == ["1: server.3"])
    }

    @Test("a peer that is asked to admit a server sends it to its own supervisor")
    func throughPeer() {
        var cluster = ClusterHarness.settled(3) { $0.superPeers = 2 }
        #expect(cluster.servers(.peer) == [3])
        cluster.forgetRecords()
        cluster.start(4, joining: [3])
        cluster.pass(.seconds(2))
        #expect(cluster.commands["SERVER_REDIRECT"] == 1)
        #expect(cluster.role(4) == .peer)
        #expect(cluster.texts(.supervisorChanged, .peer).count == 1)
    }

    @Test("a server without any other one alive never founds a system of its own")
    func neverFounds() {
        var cluster = ClusterHarness()
        cluster.start(2, joining: [1])
        cluster.pass(.seconds(30))
        #expect(cluster.role(2) == .peer)
        cluster.start(1, joining: [])
        cluster.pass(.seconds(3))
        #expect(cluster.role(2) == .superPeer)
    }
}
