import Evidence
import Testing

@testable import Messaging

/// Section 2.3.3 of the report: LOGIN, LOGIN_ATTEMPT, and NEW_LOGIN against two logins at once.
@Suite("2.3.3 Client login") struct ClientLoginTests {
    private static func cluster() -> ClusterHarness {
        var cluster = ClusterHarness.settled(5)
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        return cluster
    }

    @Test("a registered user logs in at any server, a wrong secret or an unknown name at none")
    func everywhere() {
        for server in 1...5 {
            var cluster = Self.cluster()
            let wrong = cluster.logIn("ann", "guess", at: server)
            let unknown = cluster.logIn("eve", at: server)
            cluster.pass(.seconds(1))
            #expect(cluster.take(wrong).map(cluster.command) == ["LOGIN_FAILED"])
            #expect(cluster.take(unknown).map(cluster.command) == ["LOGIN_FAILED"])
            let right = cluster.logIn("ann", at: server)
            cluster.pass(.milliseconds(100))
            #expect(cluster.take(right).map(cluster.command) == ["LOGIN_SUCCESS"])
        }
    }

    @Test("of two logins of a user at once the earlier one wins, the other gets LOGIN_FAILED")
    func atOnce() {
        var cluster = Self.cluster()
        // Both are on their way before either super-peer hears of the other one.
        let first = cluster.logIn("ann", at: 2, client: "c1")
        cluster.pass(.microseconds(500))
        let second = cluster.logIn("ann", at: 3, client: "c2")
        cluster.pass(.seconds(1))
        #expect(cluster.take(first).map(cluster.command) == ["LOGIN_SUCCESS"])
        let answer = cluster.take(second)
        #expect(answer.map(cluster.command) == ["LOGIN_FAILED"])
        #expect(answer.first?.contains(#""reason":"already""#) ?? false)
        #expect(cluster.closed.contains(second) && !cluster.closed.contains(first))
    }

    @Test("sides that each let the user in keep the earlier session when they meet")
    func bothSides() {
        var cluster = Self.cluster()
        cluster.part([1, 5], [2, 3, 4])
        cluster.pass(.seconds(6))
        let first = cluster.logIn("ann", at: 2)
        cluster.pass(.seconds(1))
        let second = cluster.logIn("ann", at: 1)
        cluster.pass(.seconds(1))
        #expect(cluster.take(first).map(cluster.command) == ["LOGIN_SUCCESS"])
        #expect(cluster.take(second).map(cluster.command) == ["LOGIN_SUCCESS"])
        cluster.heal()
        cluster.pass(.seconds(4))
        #expect(cluster.closed.contains(second) && !cluster.closed.contains(first))
    }

    @Test("a login costs the same, however many servers there are")
    func cost() {
        var costs: [Int] = []
        for servers in [6, 12] {
            var cluster = ClusterHarness.settled(servers)
            #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
            cluster.forgetRecords()
            let client = cluster.logIn("ann", at: servers)
            cluster.pass(.milliseconds(100))
            #expect(cluster.take(client).map(cluster.command) == ["LOGIN_SUCCESS"])
            let own = cluster.commands.filter { entry in
                ["LOGIN_", "NEW_LOGIN", "STORED"].contains { entry.key.hasPrefix($0) }
            }
            #expect(own["LOGIN_ATTEMPT"] == 2 && own["NEW_LOGIN"] == 3, "\(own)")
            costs.append(own.values.reduce(0, +))
        }
        #expect(costs.first == costs.last, "\(costs)")
    }
}
