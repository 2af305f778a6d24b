import Evidence
import Testing

@testable import Messaging

/// Section 3.1 of the report: the first back-up follows the master.
@Suite("3.1 Master super-peer failure") struct MasterFailureTests {
    @Test("the first announced back-up takes over at once, in the next epoch")
    func succession() {
        var cluster = ClusterHarness.settled(5)
        let epoch = cluster.cores[1]?.epoch.number ?? 0
        let backups = (cluster.cores[1]?.epoch.backups ?? []).compactMap { cluster.number(of: $0) }
        #expect(backups.count == 2)
        cluster.kill(1)
        cluster.pass(.milliseconds(100))
        #expect(cluster.servers(.master) == [backups.first ?? 0])
        #expect(cluster.cores[backups.first ?? 0]?.epoch.number == epoch + 1)
        #expect(cluster.register("ann", at: 5) == "REGISTER_SUCCESS")
    }

    @Test("if the first back-up dies with the master nobody registers; logins and messages go on")
    func both() {
        var cluster = ClusterHarness.settled(5)
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        let voters = cluster.voters(of: 1)
        for server in voters.prefix(2) { cluster.kill(server) }
        cluster.pass(.seconds(8))
        #expect(cluster.servers(.master).isEmpty)
        let server = cluster.servers(.superPeer).first ?? 0
        #expect(cluster.register("bob", at: server) == "REGISTER_FAILED")
        let ann = cluster.logIn("ann", at: server)
        cluster.pass(.seconds(1))
        cluster.send("{}", as: "ann", over: ann)
        cluster.pass(.seconds(1))
        let commands = cluster.take(ann).map(cluster.command)
        #expect(commands == ["LOGIN_SUCCESS", "ACTIVITY_BROADCAST"])
    }

    @Test("a registration that was under way is closed without an answer, and may be tried again")
    func underWay() {
        var cluster = ClusterHarness.settled(5)
        cluster.lostCommands = ["REGISTER_ATTEMPT_SUCCESS", "REGISTER_ATTEMPT_FAILED"]
        let client = cluster.connect(to: 2)
        cluster.say(client, #"{"command":"REGISTER","username":"ann","secret":"x"}"#)
        cluster.pass(.milliseconds(20))
        cluster.kill(1)
        cluster.lostCommands = []
        cluster.pass(.seconds(2))
        #expect(cluster.take(client).isEmpty && cluster.closed.contains(client))
        // It was held before the master died: it counts.
        #expect(cluster.register("ann", "other", at: 2) == "REGISTER_FAILED")
        let ann = cluster.logIn("ann", at: 2)
        cluster.pass(.seconds(1))
        #expect(cluster.take(ann).map(cluster.command) == ["LOGIN_SUCCESS"])
    }

    @Test("where only the link to the back-up is cut there are never two masters of one epoch")
    func oneLink() {
        var cluster = ClusterHarness.settled(5)
        let voters = cluster.voters(of: 1)
        cluster.part([voters[0]], [voters[1]])
        cluster.pass(.seconds(8))
        #expect(cluster.servers(.master).count == 1)
        var masters: [String: Set<String>] = [:]
        for record in cluster.records where record.kind == .epochChanged {
            masters[record.fields[.epoch] ?? "", default: []].insert(record.fields[.peer] ?? "")
        }
        for (epoch, names) in masters { #expect(names.count == 1, "\(epoch): \(names.sorted())") }
        cluster.heal()
        cluster.pass(.seconds(4))
        #expect(cluster.servers(.master).count == 1)
    }
}

/// Section 3.2 of the report: peers turn to a back-up, and their clients stay connected.
@Suite("3.2 Super-peer failure") struct SuperPeerFailureTests {
    @Test("a peer whose super-peer dies turns to another one; its clients stay and miss nothing")
    func reattaches() {
        var cluster = ClusterHarness.settled(4) { $0.superPeers = 3 }
        #expect(cluster.servers(.peer) == [4])
        for user in ["ann", "bob"] {
            #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS")
        }
        let ann = cluster.logIn("ann", at: 4)
        cluster.pass(.seconds(1))
        guard case .remote(_, let id)? = cluster.cores[4]?.upstream,
            let supervisor = cluster.number(of: id)
        else {
            Issue.record("server 4 has no supervisor")
            return
        }
        let other = [1, 2, 3].first { $0 != supervisor } ?? 0
        let bob = cluster.logIn("bob", at: other)
        cluster.pass(.seconds(1))
        cluster.forgetRecords()
        cluster.kill(supervisor)
        cluster.send(#"{"n":1}"#, as: "bob", over: bob)
        cluster.pass(.seconds(1))
        #expect(cluster.texts(.supervisorLost, .peer).first == "4: server.\(supervisor)")
        #expect(cluster.texts(.supervisorChanged, .peer).count == 1)
        cluster.send(#"{"n":2}"#, as: "ann", over: ann)
        cluster.pass(.seconds(4))
        #expect(!cluster.closed.contains(ann))
        let activities = cluster.take(ann).filter { $0.contains("ACTIVITY_BROADCAST") }
        #expect(activities.count == 2 && activities.first?.contains(#""n":1"#) ?? false)
        // With two of three left, the peer is raised.
        cluster.pass(.seconds(4))
        #expect(cluster.role(4) == .superPeer)
    }
}

/// Section 3.3 of the report: the clients of a lost peer go elsewhere and get what they missed.
@Suite("3.3 Peer failure") struct PeerFailureTests {
    @Test("what was sent within hold of a peer's death waits for its clients at every other server")
    func pending() {
        for server in [1, 2, 4, 6] {
            var cluster = ClusterHarness.settled(6)
            #expect(cluster.role(5) == .peer)
            for user in ["ann", "bob"] {
                #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS")
            }
            _ = cluster.logIn("ann", at: 5, client: "c1")
            let bob = cluster.logIn("bob", at: 1)
            cluster.pass(.milliseconds(100))
            cluster.kill(5)
            cluster.pass(.milliseconds(100))
            cluster.send(#"{"n":1}"#, as: "bob", over: bob)
            cluster.pass(.seconds(1))
            let again = cluster.logIn("ann", at: server, client: "c1")
            cluster.pass(.seconds(3))
            let lines = cluster.take(again).filter { cluster.command($0) != "HEARTBEAT_ACK" }
            let commands = lines.map(cluster.command)
            #expect(commands == ["LOGIN_SUCCESS", "ACTIVITY_BROADCAST"], "\(server): \(lines)")
            #expect(lines.last?.contains(#""n":1"#) ?? false)
        }
    }
}

/// Section 3.4 of the report: a crashed client gets its pending messages when it comes back.
@Suite("3.4 Client crash") struct ClientCrashTests {
    @Test(
        "pending messages come after LOGIN_SUCCESS, in order, before anything newer; at a peer too"
    )
    func pending() {
        for server in [1, 5] {
            var cluster = ClusterHarness.settled(5)
            for user in ["ann", "bob"] {
                #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS")
            }
            let ann = cluster.logIn("ann", at: 2, client: "c1")
            let bob = cluster.logIn("bob", at: 1)
            cluster.pass(.milliseconds(100))
            // The process dies: nothing it got was acknowledged.
            cluster.vanish(ann)
            for number in 1...3 { cluster.send("{\"n\":\(number)}", as: "bob", over: bob) }
            cluster.pass(.milliseconds(500))
            let again = cluster.logIn("ann", at: server, client: "c2")
            cluster.pass(.milliseconds(100))
            cluster.send(#"{"n":4}"#, as: "bob", over: bob)
            cluster.pass(.seconds(3))
            let lines = cluster.take(again)
            #expect(lines.first.map(cluster.command) == "LOGIN_SUCCESS")
            let numbers = lines.dropFirst().compactMap { line in
                (1...9).first { line.contains(#""n":\#($0)"#) }
            }
            #expect(numbers == [1, 2, 3, 4], "\(server): \(lines)")
        }
    }
}
