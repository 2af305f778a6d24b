import Evidence
import Testing

@testable import Messaging

@Suite struct SecretTests {
    @Test("messages flow while secrets are hashed, and a storm of logins is bounded")
    func storm() {
        var server = ServerHarness { $0.limits.hashesMax = 10 }
        let ada = server.user("ada", at: 1)
        server.hashesAtOnce = false
        let others = (2...20).map { server.connect(Int64($0)) }
        for connection in others { server.logIn(connection, "ada") }
        #expect(server.hashes.count == 10)
        let answers = others.flatMap { server.take($0) }
        #expect(answers.count == 9)
        #expect(answers.allSatisfy { $0.contains("LOGIN_FAILED") && $0.contains("try again") })
        server.say(
            ada,
            #"{"command":"ACTIVITY_MESSAGE","username":"ada","secret":"x","activity":{"a":1}}"#
        )
        #expect(server.take(ada).contains { $0.contains("ACTIVITY_BROADCAST") })
    }

    @Test("a wrong secret opens nothing, at the login and in a message")
    func wrong() {
        var server = ServerHarness()
        let ada = server.user("ada", at: 1)
        let other = server.connect(2)
        server.say(other, #"{"command":"LOGIN","username":"ada","secret":"y"}"#)
        #expect(server.take(other).contains { $0.contains("LOGIN_FAILED") })
        #expect(server.closed.contains(other))
        server.say(
            ada,
            #"{"command":"ACTIVITY_MESSAGE","username":"ada","secret":"X","activity":{"a":1}}"#
        )
        #expect(server.take(ada).contains { $0.contains("AUTHENTICATION_FAIL") })
    }

    @Test("a message's secret is not hashed slowly again")
    func once() {
        var server = ServerHarness()
        let ada = server.user("ada", at: 1)
        server.hashesAtOnce = false
        for _ in 0..<100 {
            server.say(
                ada,
                #"{"command":"ACTIVITY_MESSAGE","username":"ada","secret":"x","activity":{"a":1}}"#
            )
        }
        #expect(server.take(ada).count { $0.contains("ACTIVITY_BROADCAST") } == 100)
        #expect(server.hashes.isEmpty)
    }

    @Test("a server keeps no secret once it is found right")
    func forgets() throws {
        var server = ServerHarness()
        _ = server.user("ada", at: 1)
        let session = try #require(server.core.sessions.values.first)
        #expect(session.secret == nil)
        #expect(session.mark != nil)
        #expect(server.core.registrations["ada"]?.credential.stored == "hash of x")
    }

    @Test("whoever leaves while its secret is hashed leaves nothing behind")
    func leaves() {
        var server = ServerHarness()
        _ = server.user("ada", at: 1)
        server.hashesAtOnce = false
        let login = server.connect(2)
        server.logIn(login, "ada")
        let registration = server.connect(3)
        server.say(registration, #"{"command":"REGISTER","username":"eve","secret":"x"}"#)
        #expect(server.hashes.count == 2)
        server.tell(.closed(login, reason: .ended))
        server.tell(.closed(registration, reason: .ended))
        while !server.hashes.isEmpty { server.hashOne() }
        #expect(server.core.registrations["eve"] == nil)
        #expect(server.core.sessions.count == 1)
        #expect(server.core.hashing.isEmpty)
    }

    @Test("a secret that cannot be hashed is refused")
    func impossible() throws {
        var server = ServerHarness()
        server.hashesAtOnce = false
        let connection = server.connect(1)
        server.say(connection, #"{"command":"REGISTER","username":"eve","secret":"x"}"#)
        try #require(server.hashes.count == 1)
        let ticket = server.hashes[0].ticket
        server.tell(.hashed(ticket, nil))
        #expect(server.take(connection).contains { $0.contains("REGISTER_FAILED") })
    }

    @Test("a mark tells its secret from others, and depends on the key")
    func marks() {
        // Source of the first value: the test vectors of SipHash-2-4, bytes 00 … 0e.
        let key = MarkKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        let secret = String(decoding: (0..<15).map { UInt8($0) }, as: UTF8.self)
        #expect(SecretMark(secret, key: key) == SecretMark(value: 0xa129_ca61_49be_45e5))
        #expect(SecretMark(secret, key: key).matches(secret, key: key))
        #expect(!SecretMark(secret, key: key).matches(secret + "x", key: key))
        #expect(SecretMark(secret, key: MarkKey(1, 2)) != SecretMark(secret, key: key))
    }
}
