import Evidence
import Testing

@testable import Messaging

/// Section 2.3.2 of the report: every registration goes to the master, through the super-peer of a peer.
@Suite("2.3.2 Registering a new client") struct RegisteringClientTests {
    @Test("a name is registered once, wherever it is tried", arguments: [1, 2, 5])
    func once(server: Int) {
        var cluster = ClusterHarness.settled(5)
        #expect(cluster.role(5) == .peer)
        #expect(cluster.register("ann", at: server) == "REGISTER_SUCCESS")
        for other in 1...5 {
            #expect(cluster.register("ann", "other", at: other) == "REGISTER_FAILED")
        }
        for core in cluster.cores.values where core.role.serves {
            #expect(core.registrations["ann"] != nil)
        }
    }

    @Test("of two registrations of a name at once, at two servers, one takes effect")
    func atOnce() {
        var cluster = ClusterHarness.settled(5)
        let clients = [2, 5].map { cluster.connect(to: $0) }
        for (index, client) in clients.enumerated() {
            cluster.say(
                client,
                #"{"command":"REGISTER","username":"ann","secret":"\#(index)"}"#
            )
        }
        cluster.pass(.seconds(1))
        let answers = clients.map { cluster.take($0).map(cluster.command) }
        #expect(answers.contains(["REGISTER_SUCCESS"]) && answers.contains(["REGISTER_FAILED"]))
    }

    @Test("REGISTER at a peer goes up to the master; its success goes to all super-peers")
    func flow() {
        var cluster = ClusterHarness.settled(5)
        let supervisor = cluster.cores[5]?.upstream
        cluster.forgetRecords()
        #expect(cluster.register("ann", at: 5) == "REGISTER_SUCCESS")
        let isAtMaster = supervisor.map { upstream in
            if case .remote(_, let server) = upstream {
                cluster.number(of: server) == 1
            } else {
                false
            }
        }
        #expect(cluster.commands["REGISTER_REQUEST"] == (isAtMaster ?? false ? 1 : 2))
        #expect(cluster.commands["REGISTER_SUCCESS"] == 3)
        #expect(Set(cluster.texts(.registered, .user)) == Set((1...4).map { "\($0): ann" }))
    }

    @Test("a registration costs the same, however many servers there are, and less than broadcasts")
    func cost() {
        var costs: [Int] = []
        for servers in [6, 12] {
            var cluster = ClusterHarness.settled(servers)
            cluster.forgetRecords()
            #expect(cluster.register("ann", at: servers) == "REGISTER_SUCCESS")
            let own = ["REGISTER_", "STORED"]
            let cost = cluster.commands.filter { entry in
                own.contains { entry.key.hasPrefix($0) }
            }
            costs.append(cost.values.reduce(0, +))
            // Phase 1 asks every other server, and each tells every other one that it allows it.
            let broadcasts = (servers - 1) + (servers - 1) * (servers - 1)
            #expect(costs.last ?? .max < broadcasts, "\(cost)")
        }
        #expect(costs.first == costs.last, "\(costs)")
    }
}
