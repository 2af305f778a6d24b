import Evidence
import Testing

@testable import Messaging

/// Both modes of registration in the same partitions.
@Suite struct AvailableTests {
    private static func cluster(
        _ mode: RegistrationMode,
        _ servers: Int = 4
    ) -> ClusterHarness {
        .settled(servers) { $0.registration = mode }
    }

    @Test("a side without the majority takes over by itself after hold, in an epoch with its name")
    func takesOver() {
        var cluster = Self.cluster(.available)
        let epoch = cluster.cores[1]?.epoch.number ?? 0
        let alone = (2...4).first { server in
            !cluster.voters(of: 1).contains(server)
        }
        guard let alone else {
            Issue.record("every server is a voter")
            return
        }
        cluster.part([alone], [1, 2, 3, 4].filter { $0 != alone })
        cluster.forgetRecords()
        // Silence for hold, and then hold.
        cluster.pass(.seconds(4))
        #expect(cluster.role(alone) == .superPeer)
        cluster.pass(.seconds(3))
        #expect(cluster.role(alone) == .master && cluster.role(1) == .master)
        let text = "\(epoch + 1)/server.\(alone)"
        #expect(
            cluster.texts(.epochChanged, .epoch, .peer) == ["\(alone): \(text) server.\(alone)"]
        )
        #expect(
            cluster.texts(.roleChanged, .role, .epoch) == ["\(alone): MASTERSUPERPEER \(text)"]
        )
    }

    @Test("where sides meet, the master of the higher epoch stays and the other one steps down")
    func meeting() {
        var cluster = Self.cluster(.available, 3)
        cluster.part([1], [2, 3])
        cluster.pass(.seconds(8))
        #expect(cluster.servers(.master).count == 2)
        let other = cluster.servers(.master).last ?? 0
        cluster.forgetRecords()
        cluster.heal()
        cluster.pass(.seconds(4))
        #expect(cluster.servers(.master) == [other])
        #expect(cluster.servers(.superPeer).count == 2)
        let changes = cluster.texts(.roleChanged, .role, .reason)
        #expect(changes == ["1: SUPERPEER a higher epoch"])
        #expect(Set((1...3).map { cluster.cores[$0]?.epoch.number }).count == 1)
    }

    @Test("one name registered on both sides: the earlier one stays, the other is told and closed")
    func bothSides() {
        var cluster = Self.cluster(.available, 3)
        cluster.part([1], [2, 3])
        cluster.pass(.seconds(8))
        #expect(cluster.register("ann", "first", at: 3) == "REGISTER_SUCCESS")
        #expect(cluster.register("ann", "second", at: 1) == "REGISTER_SUCCESS")
        let loser = cluster.logIn("ann", "second", at: 1)
        let winner = cluster.logIn("ann", "first", at: 2)
        cluster.pass(.milliseconds(100))
        #expect(cluster.take(loser).map(cluster.command) == ["LOGIN_SUCCESS"])
        #expect(cluster.take(winner).map(cluster.command) == ["LOGIN_SUCCESS"])
        cluster.heal()
        cluster.pass(.seconds(4))
        let told = cluster.take(loser)
        #expect(told.map(cluster.command) == ["AUTHENTICATION_FAIL"])
        #expect(told.first?.contains("registered earlier") ?? false)
        #expect(cluster.closed.contains(loser) && !cluster.closed.contains(winner))
        for server in 1...3 {
            let wrong = cluster.logIn("ann", "second", at: server)
            cluster.pass(.milliseconds(100))
            #expect(cluster.take(wrong).map(cluster.command) == ["LOGIN_FAILED"])
        }
        cluster.send(#"{"n":1}"#, as: "ann", "first", over: winner)
        cluster.pass(.milliseconds(100))
        #expect(cluster.take(winner).map(cluster.command) == ["ACTIVITY_BROADCAST"])
    }

    @Test("in quorum the smaller side of the same partition registers nobody, and says why")
    func quorum() {
        var cluster = Self.cluster(.quorum, 3)
        cluster.part([1], [2, 3])
        cluster.pass(.seconds(8))
        #expect(cluster.register("ann", "first", at: 3) == "REGISTER_SUCCESS")
        #expect(cluster.register("ann", "second", at: 1) == "REGISTER_FAILED")
        // Whom the smaller side does not know, it can tell nothing about.
        let client = cluster.logIn("ann", "first", at: 1)
        cluster.pass(.seconds(1))
        #expect(cluster.take(client).first?.contains(#""reason":"cannot-tell""#) ?? false)
        cluster.heal()
        cluster.pass(.seconds(4))
        #expect(cluster.register("ann", "third", at: 1) == "REGISTER_FAILED")
        #expect(cluster.texts(.epochChanged, .epoch).allSatisfy { !$0.contains("/") })
    }

    @Test(
        "messages of both sides reach everybody once the sides have met",
        arguments: [true, false]
    )
    func messages(isAvailable: Bool) {
        var cluster = Self.cluster(isAvailable ? .available : .quorum, 3)
        for user in ["ann", "bob"] {
            #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS")
        }
        let ann = cluster.logIn("ann", at: 1)
        let bob = cluster.logIn("bob", at: 2)
        cluster.pass(.milliseconds(100))
        cluster.part([1], [2, 3])
        cluster.pass(.seconds(1))
        cluster.send(#"{"n":1}"#, as: "ann", over: ann)
        cluster.send(#"{"n":2}"#, as: "bob", over: bob)
        cluster.pass(.seconds(8))
        cluster.heal()
        cluster.pass(.seconds(4))
        for client in [ann, bob] {
            let texts = cluster.take(client).filter { $0.contains("ACTIVITY_BROADCAST") }
            #expect(texts.count == 2, "\(texts)")
        }
    }
}
