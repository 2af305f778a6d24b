import Evidence
import Testing

@testable import Messaging

/// Clients without a name have nothing pending: where their server changes sides they must come again.
@Suite struct AnonymousTests {
    /// Four super-peers with a peer below them; an anonymous client and ann at the peer, bob at the master.
    private struct Scene {
        var cluster: ClusterHarness
        let nobody: ClusterHarness.Client
        let ann: ClusterHarness.Client
        let bob: ClusterHarness.Client

        static let peer = 5

        init() {
            cluster = ClusterHarness.settled(5)
            for user in ["ann", "bob"] { _ = cluster.register(user, at: 1) }
            nobody = cluster.logIn("anonymous", at: Self.peer)
            ann = cluster.logIn("ann", at: Self.peer)
            bob = cluster.logIn("bob", at: 1)
            cluster.pass(.seconds(1))
            for client in [nobody, ann, bob] { _ = cluster.take(client) }
        }

        /// The server that the peer depends on; nil where it is none's peer.
        var supervisor: Int? {
            guard case .remote(_, let server)? = cluster.cores[Self.peer]?.upstream else {
                return nil
            }
            return cluster.number(of: server)
        }

        /// Whom of the three a server closed.
        var closed: [ClusterHarness.Client] {
            [nobody, ann, bob].filter(cluster.closed.contains)
        }

        /// Bob says a number, and everybody has a second to hear it.
        mutating func say(_ number: Int) {
            cluster.send(#"{"n":\#(number)}"#, as: "bob", over: bob)
            cluster.pass(.seconds(1))
        }

        /// The numbers that a client was told since the last time.
        mutating func heard(_ client: ClusterHarness.Client) -> [String] {
            cluster.take(client).filter { cluster.command($0) == "ACTIVITY_BROADCAST" }
                .map { line in
                    let rest = line.split(separator: #""n":"#).last ?? ""
                    return String(rest.prefix { $0.isNumber })
                }
        }

        /// The anonymous client comes again, to the same server.
        mutating func comeAgain() -> (client: ClusterHarness.Client, answer: String?) {
            let client = cluster.logIn("anonymous", at: Self.peer)
            cluster.pass(.milliseconds(200))
            return (client, cluster.take(client).first.map(cluster.command))
        }
    }

    @Test(
        "a peer that is raised closes its anonymous clients and no others; they come again, to hear what is new"
    )
    func raised() throws {
        var scene = Scene()
        let supervisor = try #require(scene.supervisor)
        scene.say(1)
        #expect(scene.heard(scene.nobody) == ["1"] && scene.heard(scene.ann) == ["1"])
        // With three super-peers left, none of them its supervisor's loss, the peer is raised.
        let victim = try #require([4, 3, 2].first { $0 != supervisor })
        scene.cluster.forgetRecords()
        scene.cluster.kill(victim)
        var said = 0
        while said < 10, scene.cluster.role(Scene.peer) != .superPeer {
            said += 1
            scene.say(said + 1)
        }
        #expect(scene.cluster.role(Scene.peer) == .superPeer)
        let lost = scene.cluster.texts(.supervisorLost, .peer, .reason)
        #expect(lost == ["5: server.\(supervisor) raised"])
        #expect(scene.closed == [scene.nobody])
        // Ann heard all that was said meanwhile, once and in order.
        let annHeard = scene.heard(scene.ann)
        #expect(!annHeard.isEmpty && annHeard == (0..<annHeard.count).map { "\($0 + 2)" })
        #expect(annHeard.count == said)
        // Until it was closed it heard each message once and in order, as ann did.
        let nobodyHeard = scene.heard(scene.nobody)
        #expect(nobodyHeard == Array(annHeard.prefix(nobodyHeard.count)))
        let again = scene.comeAgain()
        #expect(again.answer == "LOGIN_SUCCESS")
        scene.say(20)
        #expect(scene.heard(again.client) == ["20"] && scene.heard(scene.ann) == ["20"])
        scene.cluster.send(#"{"n":21}"#, as: "anonymous", over: again.client)
        scene.cluster.pass(.seconds(1))
        #expect(scene.heard(scene.ann) == ["21"])
    }

    @Test(
        "a peer whose supervisor changes closes its anonymous clients and no others; they come again, to hear what is new"
    )
    func supervisorChanged() throws {
        var scene = Scene()
        let supervisor = try #require(scene.supervisor)
        scene.cluster.forgetRecords()
        scene.cluster.part([Scene.peer], [supervisor])
        for _ in 0..<100 where scene.supervisor == supervisor {
            scene.cluster.pass(.milliseconds(100))
        }
        #expect(scene.closed == [scene.nobody])
        for _ in 0..<100 where scene.supervisor == nil { scene.cluster.pass(.milliseconds(100)) }
        let next = try #require(scene.supervisor)
        #expect(next != supervisor)
        #expect(scene.cluster.role(Scene.peer) == .peer)
        #expect(scene.cluster.texts(.supervisorChanged, .peer) == ["5: server.\(next)"])
        scene.cluster.pass(.seconds(1))
        scene.say(1)
        #expect(scene.heard(scene.ann) == ["1"])
        let again = scene.comeAgain()
        #expect(again.answer == "LOGIN_SUCCESS")
        scene.say(2)
        #expect(scene.heard(again.client) == ["2"] && scene.heard(scene.ann) == ["2"])
        #expect(scene.closed == [scene.nobody])
    }
}
