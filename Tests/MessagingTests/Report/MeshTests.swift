import Evidence
import Testing

@testable import Messaging

/// Section 2.1 of the report: super-peers are a mesh, and each peer has one connection.
@Suite("2.1 Mesh of super-peers") struct MeshTests {
    @Test("a message takes one line more between servers than in a tree, and at most three hops")
    func overhead() throws {
        let servers = 12
        var cluster = ClusterHarness.settled(servers)
        #expect(cluster.servers(.peer).count == 8)
        var clients: [ClusterHarness.Client] = []
        for server in 1...servers {
            #expect(cluster.register("user-\(server)", at: server) == "REGISTER_SUCCESS")
            clients.append(cluster.logIn("user-\(server)", at: server))
        }
        cluster.pass(.seconds(1))
        for client in clients { _ = cluster.take(client) }
        cluster.forgetRecords()
        let begin = cluster.now
        cluster.send(#"{"n":1}"#, as: "user-12", over: try #require(clients.last))
        var last = begin
        var told: Set<Int> = []
        while told.count < servers, cluster.now - begin < .seconds(1) {
            cluster.pass(.milliseconds(1))
            for client in clients
            where cluster.take(client).contains(where: { $0.contains(#""n":1"#) }) {
                told.insert(client.server)
                last = cluster.now
            }
        }
        #expect(told.count == servers)
        // A tree of 12 servers passes a message on 11 times. Here the sender's server is told its own one.
        #expect(cluster.commands["ACTIVITY_MESSAGE"] == 1)
        #expect(cluster.commands["ACTIVITY_BROADCAST"] == 11)
        // Each of four super-peers is told by the three others that did not take it that they have it.
        #expect(cluster.commands["STORED"] == 9)
        // A line takes a millisecond: to the super-peer, to the others, their word that they have it, to the peers.
        #expect(last - begin == .milliseconds(4))
    }
}
