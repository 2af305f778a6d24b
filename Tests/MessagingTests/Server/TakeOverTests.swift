import Evidence
import Testing

@testable import Messaging

/// TAKE_OVER: a majority of the voters is lost for ever, and an operator says so.
@Suite struct TakeOverTests {
    /// Five servers; those voters that are back-ups die at once.
    private static func withoutBackups() -> (cluster: ClusterHarness, survivor: Int) {
        var cluster = ClusterHarness.settled(5)
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        let backups = (cluster.cores[1]?.epoch.backups ?? []).compactMap {
            cluster.number(of: $0)
        }
        #expect(backups.count == 2)
        for backup in backups { cluster.kill(backup) }
        cluster.pass(.seconds(6))
        let survivor = cluster.servers(.superPeer).first ?? 0
        return (cluster, survivor)
    }

    private func order(
        _ cluster: inout ClusterHarness,
        _ server: Int,
        _ secret: String = "s3cret"
    ) -> String {
        let client = cluster.connect(to: server)
        cluster.say(client, #"{"command":"TAKE_OVER","secret":"\#(secret)"}"#)
        #expect(cluster.closed.contains(client))
        return cluster.take(client).joined(separator: "\n")
    }

    @Test("registration stops without the majority and works again after TAKE_OVER")
    func worksAgain() {
        var (cluster, survivor) = Self.withoutBackups()
        #expect(cluster.register("bob", at: survivor) == "REGISTER_FAILED")
        cluster.forgetRecords()
        let epoch = (cluster.cores[survivor]?.epoch.number ?? 0) + 1
        let answer = order(&cluster, survivor)
        #expect(answer == #"{"command":"TAKE_OVER_SUCCESS","epoch":\#(epoch)}"#)
        #expect(
            cluster.texts(.epochChanged, .epoch, .peer, .reason).first
                == "\(survivor): \(epoch) server.\(survivor) TAKE_OVER by an operator"
        )
        cluster.pass(.seconds(4))
        #expect(cluster.servers(.master) == [survivor])
        #expect(cluster.register("bob", at: survivor) == "REGISTER_SUCCESS")
        #expect(cluster.register("bob", at: 1) == "REGISTER_FAILED")
        // What was registered before is known still.
        #expect(cluster.register("ann", at: survivor) == "REGISTER_FAILED")
        let ann = cluster.logIn("ann", at: 1)
        cluster.pass(.milliseconds(100))
        #expect(cluster.take(ann).map(cluster.command) == ["LOGIN_SUCCESS"])
    }

    @Test("the master that lost its back-ups can be told as well")
    func master() {
        var (cluster, _) = Self.withoutBackups()
        #expect(order(&cluster, 1).contains("TAKE_OVER_SUCCESS"))
        cluster.pass(.seconds(4))
        #expect(cluster.servers(.master) == [1])
        #expect(cluster.register("bob", at: 1) == "REGISTER_SUCCESS")
    }

    @Test("a wrong secret is refused, written down, and changes nothing")
    func wrongSecret() {
        var (cluster, survivor) = Self.withoutBackups()
        cluster.forgetRecords()
        #expect(order(&cluster, survivor, "guess").contains("AUTHENTICATION_FAIL"))
        let refusals = cluster.texts(.peerRefused, .peer, .reason)
        #expect(refusals == ["\(survivor): operator wrong secret"])
        #expect(cluster.texts(.epochChanged, .epoch).isEmpty)
        #expect(cluster.register("bob", at: survivor) == "REGISTER_FAILED")
    }

    @Test("where a majority is linked, or on a peer, there is nothing to take over")
    func nothing() {
        var cluster = ClusterHarness.settled(5)
        let peer = cluster.servers(.peer).first ?? 0
        for server in [1, 2, peer] {
            #expect(order(&cluster, server).contains("TAKE_OVER_FAILED"))
        }
        #expect(cluster.servers(.master) == [1])
    }

    @Test("the operator's call says it once, shows the answer, and ends with its meaning")
    func call() {
        let server = Address(host: "10.0.0.1", port: 1)
        let connection = ConnectionID(1)
        func run(_ events: [Event]) -> [Effect] {
            var core = OperatorCore(server: server, secret: "s")
            return events.flatMap { core.receive($0, now: .zero) }
        }
        let line = Array(#"{"command":"TAKE_OVER_SUCCESS","epoch":7}"#.utf8)
        let effects = run([
            .started, .connected(connection, DialID(1)), .received(connection, line: line),
            .closed(connection, reason: .ended),
        ])
        #expect(effects.contains(.send(connection, JoinMessage.takeOver(secret: "s").frame())))
        #expect(effects.contains(.show("10.0.0.1:1 is master of epoch 7")))
        #expect(effects.filter { if case .exit = $0 { true } else { false } } == [.exit(0)])
        let failures: [[Event]] = [
            [.started, .dialFailed(DialID(1), reason: "refused")],
            [.started, .connected(connection, DialID(1)), .closed(connection, reason: .ended)],
            [.started, .connected(connection, DialID(1)), .timer(TimerID(kind: 1))],
            [
                .started, .connected(connection, DialID(1)),
                .received(connection, line: Array(#"{"command":"X"}"#.utf8)),
            ],
            [
                .started, .connected(connection, DialID(1)),
                .received(
                    connection,
                    line: Array(#"{"command":"TAKE_OVER_FAILED","info":"no"}"#.utf8)
                ),
            ],
        ]
        for events in failures { #expect(run(events).last == .exit(69)) }
    }
}
