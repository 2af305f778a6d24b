import Evidence
import Testing

@testable import Messaging

/// Several servers with disks that die and come back.
@Suite struct DurableClusterTests {
    private static func cluster(
        _ servers: Int = 3,
        _ change: @escaping (inout ServerConfiguration) -> Void = { _ in }
    ) -> ClusterHarness {
        ClusterHarness.settled(servers, durable: true) {
            $0.superPeers = servers
            change(&$0)
        }
    }

    private func restart(_ servers: [Int], of cluster: inout ClusterHarness) {
        for server in servers {
            cluster.start(server, joining: [1, 2, 3].filter { $0 != server })
        }
        cluster.pass(.seconds(8))
    }

    /// The numbers among all messages of what a client was sent, with the messages.
    private func orders(_ lines: [String]) -> [String] {
        lines.filter { $0.contains("ACTIVITY_BROADCAST") }.map { line in
            let order = line.split(separator: #""order":"#).last.map { $0.prefix { $0 != "," } }
            let text = line.split(separator: #""n":"#).last.map { $0.prefix { $0.isNumber } }
            return "\(order ?? "-"): \(text ?? "-")"
        }
    }

    // MARK: Total order

    @Test("total: what was voted for keeps its number when every server dies and comes back")
    func votes() throws {
        var cluster = Self.cluster { $0.ordering = .total }
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        let ann = cluster.logIn("ann", at: 1)
        cluster.pass(.seconds(1))
        cluster.lostCommands = ["ORDER_VOTED"]
        cluster.send(#"{"n":71}"#, as: "ann", over: ann)
        cluster.pass(.milliseconds(100))
        for server in 1...3 {
            let core = try #require(cluster.cores[server])
            #expect(core.log.lastOrder == 0)
            #expect(core.election.numbered[1] != nil)
        }
        for server in 1...3 { cluster.kill(server) }
        cluster.lostCommands = []
        restart([1, 2, 3], of: &cluster)
        for server in 1...3 { #expect(cluster.cores[server]?.log.lastOrder == 1) }
        // It was pending for its sender; the next one gets the next number.
        let again = cluster.logIn("ann", at: 2)
        cluster.pass(.seconds(1))
        cluster.send(#"{"n":72}"#, as: "ann", over: again)
        cluster.pass(.seconds(1))
        let told = orders(cluster.take(again))
        #expect(told.last == "2: 72", "\(told)")
        #expect(!told.contains("1: 72"))
    }

    @Test("total: the votes of those whose disks are left go into the next epoch's base")
    func votesWithoutMaster() throws {
        var cluster = Self.cluster { $0.ordering = .total }
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        let ann = cluster.logIn("ann", at: 1)
        cluster.pass(.seconds(1))
        cluster.lostCommands = ["ORDER_VOTED", "EPOCH_ACCEPTED"]
        cluster.send(#"{"n":71}"#, as: "ann", over: ann)
        cluster.pass(.milliseconds(100))
        cluster.kill(1)
        cluster.disks[1] = nil
        // A next epoch is proposed and nearly decided.
        cluster.pass(.milliseconds(300))
        #expect([2, 3].contains { cluster.disks[$0]?.all(.numbers).isEmpty == false })
        for server in 2...3 { cluster.kill(server) }
        cluster.lostCommands = []
        restart([2, 3], of: &cluster)
        restart([1], of: &cluster)
        #expect(cluster.cores[2]?.epoch.number ?? 0 > 1)
        for server in 2...3 {
            let core = try #require(cluster.cores[server])
            #expect(core.log.lastOrder == 1)
            #expect(core.election.numbered.isEmpty)
            #expect(cluster.disks[server]?.all(.numbered).isEmpty == true)
            #expect(cluster.disks[server]?.all(.numbers).isEmpty == true)
        }
    }

    @Test("total: numbers go on where they were when all messages were dropped meanwhile")
    func lastNumber() throws {
        var cluster = Self.cluster {
            $0.ordering = .total
            $0.limits.settledRetention = .seconds(5)
        }
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        let ann = cluster.logIn("ann", at: 1)
        cluster.pass(.seconds(1))
        for number in 1...3 { cluster.send(#"{"n":\#(number)}"#, as: "ann", over: ann) }
        cluster.pass(.seconds(20))
        #expect(cluster.disks[2]?.all(.entry).isEmpty == true)
        let end = try #require(cluster.cores[2]?.log.end)
        #expect(end > 3)
        for server in 1...3 { cluster.kill(server) }
        restart([1, 2, 3], of: &cluster)
        #expect(cluster.cores[2]?.log.start ?? 0 >= end)
        let again = cluster.logIn("ann", at: 2)
        cluster.pass(.seconds(1))
        cluster.send(#"{"n":4}"#, as: "ann", over: again)
        cluster.pass(.seconds(1))
        #expect(orders(cluster.take(again)) == ["4: 4"])
    }

    // MARK: Sides that are lost

    @Test("who was counted by a server that died apart is owed what comes to it late")
    func late() {
        var cluster = Self.cluster()
        for user in ["ann", "bob"] { #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS") }
        let ann = cluster.logIn("ann", at: 1)
        _ = cluster.logIn("bob", at: 3)
        cluster.pass(.seconds(1))
        cluster.part([1, 2], [3])
        cluster.pass(.seconds(6))
        // Only its own server counts bob by now.
        cluster.send(#"{"n":81}"#, as: "ann", over: ann)
        cluster.pass(.seconds(1))
        cluster.kill(3)
        cluster.heal()
        cluster.start(3, joining: [1, 2])
        // It serves no sooner than it has what the others stored meanwhile.
        for _ in 0..<20_000 where cluster.role(3) != .superPeer { cluster.pass(.milliseconds(1)) }
        let master = cluster.cores[1]?.id ?? ServerID(text: "")
        let stored = [3, 1].map { cluster.cores[$0]?.log.vector[master] ?? 0 }
        #expect(stored[0] >= stored[1] && stored[1] > 0)
        cluster.pass(.seconds(8))
        let bob = cluster.logIn("bob", at: 2)
        cluster.pass(.seconds(1))
        #expect(cluster.take(bob).contains { $0.contains(#""n":81"#) })
    }

    @Test(
        "who may have been counted on a side that is lost is owed what it lacks, after a restart too"
    )
    func owed() {
        var cluster = Self.cluster()
        for user in ["ann", "bob"] { #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS") }
        let ann = cluster.logIn("ann", at: 1)
        cluster.pass(.seconds(1))
        cluster.send(#"{"n":80}"#, as: "ann", over: ann)
        cluster.pass(.seconds(1))
        _ = cluster.logIn("bob", at: 3)
        cluster.pass(.seconds(1))
        cluster.part([1, 2], [3])
        cluster.pass(.seconds(6))
        cluster.send(#"{"n":81}"#, as: "ann", over: ann)
        cluster.pass(.seconds(1))
        cluster.kill(1)
        cluster.kill(2)
        cluster.start(1, joining: [2, 3])
        cluster.start(2, joining: [1, 3])
        cluster.pass(.seconds(5))
        let bob = cluster.logIn("bob", at: 1)
        cluster.pass(.seconds(1))
        let told = cluster.take(bob)
        #expect(told.contains { $0.contains(#""n":81"#) }, "\(told)")
        #expect(!told.contains { $0.contains(#""n":80"#) })
    }

    @Test("a server that never served comes back as one that counted nobody")
    func neverServed() {
        var cluster = ClusterHarness.settled(2, durable: true) { $0.superPeers = 1 }
        #expect(cluster.role(2) == .peer)
        for server in 1...2 {
            let fact = cluster.disks[server]?[StoreKey(.fact, "held")] ?? []
            let text = String(decoding: fact, as: UTF8.self)
            #expect(text.contains(#""served":\#(server == 1)"#), "\(text)")
            cluster.kill(server)
            cluster.start(server, joining: server == 1 ? [] : [1])
            #expect(cluster.cores[server]?.hasServed == (server == 1))
        }
    }

    // MARK: Without a majority

    @Test("a server that waits for the other voters serves alone on an operator's word")
    func takeOver() {
        var cluster = Self.cluster()
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        for server in 1...3 { cluster.kill(server) }
        cluster.start(2, joining: [1, 3])
        cluster.pass(.seconds(10))
        #expect(cluster.role(2) == .transition)
        let caller = cluster.connect(to: 2)
        cluster.say(caller, #"{"command":"TAKE_OVER","secret":"s3cret"}"#)
        cluster.pass(.milliseconds(100))
        #expect(cluster.take(caller).first?.contains("TAKE_OVER_SUCCESS") ?? false)
        #expect(cluster.role(2) == .master)
        #expect(cluster.register("ann", at: 2) == "REGISTER_FAILED")
        #expect(cluster.register("bob", at: 2) == "REGISTER_SUCCESS")
    }
}
