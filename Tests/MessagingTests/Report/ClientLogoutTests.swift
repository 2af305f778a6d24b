import Evidence
import Testing

@testable import Messaging

/// Section 2.3.4 of the report: LOGOUT closes, and USER_DISCONNECTED tells everybody.
@Suite("2.3.4 Client logout") struct ClientLogoutTests {
    @Test("after LOGOUT at a peer every super-peer knows that the user is gone")
    func logout() {
        var cluster = ClusterHarness.settled(5)
        for user in ["ann", "bob"] {
            #expect(cluster.register(user, at: 1) == "REGISTER_SUCCESS")
        }
        let ann = cluster.logIn("ann", at: 5)
        let bob = cluster.logIn("bob", at: 2)
        cluster.pass(.milliseconds(100))
        cluster.forgetRecords()
        cluster.say(ann, #"{"command":"LOGOUT"}"#)
        cluster.pass(.milliseconds(100))
        #expect(cluster.closed.contains(ann))
        // One from the peer, one from its super-peer to each other one.
        #expect(cluster.commands["USER_DISCONNECTED"] == 4)
        for core in cluster.cores.values where core.role.serves {
            #expect(core.sessionsOfUser["ann"] == nil)
        }
        // What is sent now is not for her.
        cluster.send("{}", as: "bob", over: bob)
        cluster.pass(.milliseconds(100))
        let again = cluster.logIn("ann", at: 3)
        cluster.pass(.milliseconds(100))
        #expect(cluster.take(again).map(cluster.command) == ["LOGIN_SUCCESS"])
    }
}
