import Evidence
import Testing

@testable import Messaging

/// Section 2.3.6 of the report: what the three announcements hold.
@Suite("2.3.6 Server announce") struct ServerAnnounceTests {
    private static func cluster() -> ClusterHarness {
        var cluster = ClusterHarness.settled(5) { $0.superPeers = 3 }
        for _ in 1...3 { _ = cluster.logIn("anonymous", at: 2) }
        for _ in 1...2 { _ = cluster.logIn("anonymous", at: 4) }
        cluster.pass(.seconds(2))
        return cluster
    }

    @Test("SERVER_ANNOUNCE tells the supervisor a peer's load")
    func server() {
        let cluster = Self.cluster()
        #expect(cluster.servers(.peer) == [4, 5])
        let loads = [1, 2, 3].flatMap { server in
            cluster.cores[server]?.peers.values.map { "\($0.place.id.name) \($0.place.load)" } ?? []
        }
        #expect(loads.sorted() == ["server.4 2", "server.5 0"])
    }

    @Test("SUPERPEER_ANNOUNCE tells super-peers each other's load, and who succeeds the master")
    func superPeer() {
        let cluster = Self.cluster()
        for server in [1, 3] {
            let core = cluster.cores[server]
            let load = core?.links.values.first { $0.place.id.name == "server.2" }?.place.load
            #expect(load == 3)
        }
        let successors = Set([1, 2, 3].map { cluster.cores[$0]?.epoch.backups ?? [] })
        #expect(successors.count == 1 && successors.first?.count == 2)
    }

    @Test("SUPERVISOR_ANNOUNCE tells a peer all loads, its supervisor's clients and successors")
    func supervisor() {
        var cluster = Self.cluster()
        for peer in [4, 5] {
            let core = cluster.cores[peer]
            let loads = core?.servers.map { "\($0.id.name) \($0.load)" }.sorted()
            #expect(
                loads == ["server.1 0", "server.2 3", "server.3 0", "server.4 2", "server.5 0"]
            )
            #expect(core?.backups.count == 2)
            #expect(!(core?.backups.contains { $0.address == core?.supervisorAddress } ?? true))
        }
        cluster.linesKept = ["SUPERVISOR_ANNOUNCE"]
        cluster.pass(.seconds(1))
        let clients = cluster.kept.compactMap { line in
            (try? WireReader(Array(line.utf8)))?.integerOrNil("clients")
        }
        // Server 4's supervisor answers for its two clients; three more are at server 2.
        #expect(!clients.isEmpty && clients.max() ?? 0 >= 2)
    }

    @Test("all three are sent every quarter of hold")
    func interval() {
        var cluster = Self.cluster()
        cluster.forgetRecords()
        cluster.pass(.seconds(4))
        // Three super-peers with two links each, two peers; eight intervals.
        #expect((42...54).contains(cluster.commands["SUPERPEER_ANNOUNCE"] ?? 0))
        #expect((14...18).contains(cluster.commands["SUPERVISOR_ANNOUNCE"] ?? 0))
        #expect((14...18).contains(cluster.commands["SERVER_ANNOUNCE"] ?? 0))
    }
}

extension WireReader {
    fileprivate func integerOrNil(_ key: String) -> Int64? {
        (try? optionalInteger(key)).flatMap(\.self)
    }
}
