import Evidence
import Testing

@testable import Messaging

/// Sides that lost each other, while servers of theirs die, come back and are replaced.
@Suite struct LostSideTests {
    private func supervisor(of peer: Int, in cluster: ClusterHarness) -> Int? {
        guard case .remote(_, let id)? = cluster.cores[peer]?.upstream else { return nil }
        return cluster.number(of: id)
    }

    @Test(
        "a super-peer whose side knows it no more is found by those who live under the old addresses"
    )
    func replaced() throws {
        var cluster = ClusterHarness.settled(4) {
            $0.superPeers = 3
            $0.registration = .available
        }
        // The others take the fourth for their new super-peer; the third hears nothing of it.
        cluster.part([3], [1, 2, 4])
        cluster.pass(.seconds(8))
        #expect(cluster.role(4)?.serves == true)
        cluster.kill(1)
        cluster.kill(2)
        cluster.heal()
        cluster.part([4], [1, 2, 3])
        cluster.start(1, joining: [3])
        cluster.start(2, joining: [3])
        cluster.pass(.seconds(8))
        cluster.kill(3)
        cluster.pass(.seconds(4))
        #expect(cluster.servers(.master).count == 2)

        cluster.heal()
        cluster.pass(.seconds(8))
        #expect(cluster.servers(.master).count == 1)
        #expect(try #require(cluster.cores[4]).linkedServers.count == 2)
    }

    @Test("the users of a super-peer that comes back and stands down count for hold from its loss")
    func standsDown() throws {
        var cluster = ClusterHarness.settled(5, durable: true) { $0.superPeers = 3 }
        #expect(cluster.register("ann", at: 2) == "REGISTER_SUCCESS")
        #expect(cluster.register("bob", at: 2) == "REGISTER_SUCCESS")
        let below = try #require([4, 5].first { supervisor(of: $0, in: cluster) == 1 })
        let ann = cluster.logIn("ann", at: below, client: "a")
        let bob = cluster.logIn("bob", at: 2)
        cluster.pass(.seconds(1))
        #expect(cluster.take(ann).contains { $0.contains("LOGIN_SUCCESS") })
        // Its peer finds nobody else for a while.
        cluster.part([below], [2, 3, 4, 5].filter { $0 != below })
        cluster.kill(1)
        cluster.pass(.milliseconds(700))
        #expect(cluster.servers(.superPeer).count + cluster.servers(.master).count == 3)
        cluster.start(1, joining: [2, 3])
        for _ in 0..<30 {
            cluster.send(#"{"body":"on the way"}"#, as: "bob", over: bob)
            cluster.pass(.milliseconds(20))
        }
        #expect(cluster.role(1) == .peer)

        cluster.send(#"{"body":"for ann"}"#, as: "bob", over: bob)
        cluster.pass(.milliseconds(50))
        cluster.vanish(ann)
        let again = cluster.logIn("ann", at: 2, client: "a")
        cluster.pass(.seconds(1))
        #expect(cluster.take(again).contains { $0.contains("for ann") })
    }

    @Test(
        "what a new super-peer of another side took is pending for all who counted here before our death"
    )
    func neverHeard() throws {
        var cluster = ClusterHarness.settled(2, durable: true) {
            $0.superPeers = 3
            $0.registration = .available
        }
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        #expect(cluster.register("bob", at: 1) == "REGISTER_SUCCESS")
        cluster.part([1], [2, 3])
        cluster.pass(.seconds(3))
        cluster.start(3, joining: [2])
        cluster.pass(.seconds(3))
        #expect(cluster.role(3)?.serves == true)
        let ann = cluster.logIn("ann", at: 1, client: "a")
        let bob = cluster.logIn("bob", at: 3)
        cluster.pass(.seconds(1))
        cluster.send(#"{"body":"for ann"}"#, as: "bob", over: bob)
        cluster.pass(.seconds(1))
        cluster.say(ann, #"{"command":"LOGOUT","username":"ann","secret":"x"}"#)
        cluster.pass(.milliseconds(100))

        cluster.kill(1)
        cluster.start(1, joining: [2, 3])
        cluster.pass(.seconds(6))
        #expect(cluster.role(1)?.serves == true)
        cluster.heal()
        cluster.pass(.seconds(4))
        let again = cluster.logIn("ann", at: 2, client: "a")
        cluster.pass(.seconds(1))
        #expect(cluster.take(again).contains { $0.contains("for ann") })
    }

    @Test("what is old is kept while a super-peer is being linked, which was told that it gets it")
    func keptForNewcomers() {
        var cluster = ClusterHarness.settled(1) {
            $0.limits.settledRetention = .milliseconds(40)
            $0.limits.logEntriesMax = 100_000
        }
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        let ann = cluster.logIn("ann", at: 1)
        cluster.pass(.seconds(1))
        cluster.start(2, joining: [1])
        for number in 0..<4000 {
            cluster.send(#"{"n":\#(number)}"#, as: "ann", over: ann)
            cluster.pass(.milliseconds(1))
            // What the newcomer says about itself takes its time.
            if number < 3000,
                cluster.cores[1]?.links.values.contains(where: { !$0.isLinked }) ?? false
            {
                cluster.cuts = [[2, 1]]
                cluster.pass(.milliseconds(200))
                cluster.heal()
            }
        }
        let reasons = cluster.texts(.linkLost, .reason).filter { $0.contains("came after") }
        #expect(reasons.isEmpty)
        #expect(cluster.servers(.superPeer) == [2])
    }

    @Test("a new epoch is decided over links that take a sixth of hold each way")
    func slowLinks() {
        // A line takes a millisecond.
        var cluster = ClusterHarness {
            $0.superPeers = 3
            $0.hold = .milliseconds(6)
        }
        for server in 1...3 {
            cluster.start(server, joining: server == 1 ? [] : [1])
            cluster.pass(.milliseconds(200))
        }
        #expect(cluster.servers(.superPeer) == [2, 3])
        cluster.kill(1)
        cluster.pass(.milliseconds(200))
        #expect(cluster.servers(.master).count == 1)
    }
}
