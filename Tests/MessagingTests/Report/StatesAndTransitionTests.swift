import Evidence
import Testing

@testable import Messaging

/// Section 2.2 of the report: the four states, and how a server gets from one to the other.
@Suite("2.2 Server states and transition") struct StatesAndTransitionTests {
    @Test("a raise that fails leads back from PEERTOSUPERPEER to PEER, and to a supervisor")
    func raiseFails() {
        var cluster = ClusterHarness.settled(2)
        cluster.lostCommands = ["SUPERPEER_INFO_ACK"]
        cluster.forgetRecords()
        cluster.start(3, joining: [1])
        cluster.pass(.seconds(10))
        let roles = cluster.texts(.roleChanged, .role, .reason)
        #expect(
            roles.prefix(3) == ["3: PEER -", "3: PEERTOSUPERPEER -", "3: PEER the raise failed"]
        )
        #expect(cluster.texts(.peerRaised, .peer).isEmpty)
        cluster.lostCommands = []
        cluster.pass(.seconds(12))
        #expect(cluster.role(3) == .superPeer)
    }

    @Test("a rising peer whose supervisor dies is a peer again and finds another one")
    func supervisorDies() {
        var cluster = ClusterHarness.settled(2)
        cluster.lostCommands = ["SUPERPEER_INFO_ACK"]
        cluster.start(3, joining: [1])
        cluster.pass(.milliseconds(500))
        #expect(cluster.role(3) == .transition)
        cluster.kill(1)
        cluster.lostCommands = []
        cluster.pass(.seconds(1))
        #expect(cluster.texts(.roleChanged, .role, .reason).contains("3: PEER the raise failed"))
        // The other super-peer takes it in and raises it; without the only voter nobody is master.
        cluster.pass(.seconds(10))
        #expect(cluster.role(3) == .superPeer && cluster.role(2) == .superPeer)
    }

    @Test("each change of role is legal, through joins, losses and a merge of two sides")
    func legal() {
        var cluster = ClusterHarness.settled(6) { $0.registration = .available }
        cluster.part([1, 5], [2, 3, 4, 6])
        cluster.pass(.seconds(8))
        cluster.heal()
        cluster.pass(.seconds(6))
        let masters = cluster.servers(.master)
        #expect(masters.count == 1)
        cluster.kill(masters.first ?? 0)
        cluster.pass(.seconds(8))
        #expect(cluster.servers(.master).count == 1)
        let legal: Set<String> = [
            "none PEER", "none MASTERSUPERPEER", "PEER PEERTOSUPERPEER",
            "PEERTOSUPERPEER SUPERPEER", "PEERTOSUPERPEER PEER", "SUPERPEER MASTERSUPERPEER",
            "MASTERSUPERPEER SUPERPEER",
        ]
        var last: [Int: String] = [:]
        for record in cluster.records where record.kind == .roleChanged {
            let role = record.fields[.role] ?? ""
            let change = "\(last[record.server] ?? "none") \(role)"
            #expect(legal.contains(change), "server.\(record.server): \(change)")
            last[record.server] = role
        }
        for (server, core) in cluster.cores { #expect(last[server] == core.role.rawValue) }
    }

    @Test("no two servers are masters of one epoch, also where both sides go on")
    func oneMasterPerEpoch() {
        var cluster = ClusterHarness.settled(6) { $0.registration = .available }
        for side in [[1], [2, 5], [4]] {
            cluster.part(side, cluster.cores.keys.sorted().filter { !side.contains($0) })
            cluster.pass(.seconds(8))
            cluster.heal()
            cluster.pass(.seconds(6))
        }
        var masters: [String: Set<String>] = [:]
        for record in cluster.records where record.kind == .epochChanged {
            masters[record.fields[.epoch] ?? "", default: []].insert(record.fields[.peer] ?? "")
        }
        #expect(masters.count > 2)
        for (epoch, names) in masters { #expect(names.count == 1, "\(epoch): \(names.sorted())") }
    }
}
