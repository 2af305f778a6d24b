import Evidence
import Messaging
import Testing

@Suite struct ClientCoreTests {
    private let second = Address(host: "s2", port: 2)

    @Test(
        "a name is registered, then logged in on the same connection, each invoked before it is sent"
    )
    func registerAndLogIn() throws {
        var bench = Bench { $0.registers = true }
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        #expect(bench.sent(id) == [.register(user: "ann", secret: "secret")])
        bench.say(.registerSuccess(info: "ok"), on: id)
        let resume = Resume(client: "c", stream: "c.1", acknowledged: 0)
        #expect(bench.sent(id) == [.login(user: "ann", secret: "secret", resume: resume)])
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: 0)
        bench.say(.loginSuccess(info: "ok", grant: grant), on: id)
        #expect(
            bench.log == [
                "dial s1:1", "register", "REGISTER", "register-ok", "login", "LOGIN", "login-ok",
                "HEARTBEAT",
            ]
        )
        let login = try #require(bench.all(.loginOK).first)
        #expect(login[.session] == "1")
        #expect(login[.operation] == "2")
        #expect(login[.resumes] == "yes")
        #expect(login[.secret] == "\(Digest(user: "ann", secret: "secret"))")
        #expect(bench.core.isLoggedIn)
    }

    @Test("a taken name leads to a login on a new connection to the same server")
    func takenName() throws {
        var bench = Bench { $0.registers = true }
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        bench.say(.registerFailed(info: "no", reason: .taken), on: id)
        #expect(bench.all(.registerFail).first?[.reason] == "taken")
        #expect(bench.dials.map(\.address) == [Address(host: "s1", port: 1)])
        _ = try bench.acceptLogin()
        #expect(bench.core.isLoggedIn)
    }

    @Test("a registration without an answer is indeterminate and tried again elsewhere, anew")
    func registrationTimeout() throws {
        var bench = Bench { $0.registers = true }
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        bench.advance(.seconds(5))
        #expect(bench.all(.registerInfo).first?[.operation] == "1")
        #expect(bench.aborted == [id])
        #expect(bench.dials.map(\.address) == [second])
        let other = try bench.accept()
        #expect(bench.sent(other) == [.register(user: "ann", secret: "secret")])
    }

    @Test("a dial that fails or never ends leads to the next server, and is no operation")
    func dialFailure() throws {
        var bench = Bench()
        bench.order { $0.logIn(now: $1) }
        try bench.refuse()
        bench.advance(.seconds(2))
        #expect(bench.dials.map(\.address) == [second])
        bench.advance(.seconds(6))
        #expect(bench.dials.count >= 2)
        #expect(bench.records.isEmpty)
        // The stale dial succeeds after all: it is of no use.
        _ = try bench.accept()
        #expect(bench.aborted.count == 1)
    }

    @Test("waits between tries grow, but never beyond a second")
    func backOff() throws {
        var bench = Bench()
        bench.order { $0.logIn(now: $1) }
        for _ in 0..<30 {
            try bench.refuse()
            #expect(bench.dials.isEmpty)
            bench.advance(.milliseconds(1001))
            #expect(bench.dials.count == 1)
        }
    }

    @Test("a redirected login certainly failed; the client logs in where it is sent")
    func redirect() throws {
        var bench = Bench()
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        let grant = Grant(isRedirect: true, hold: .seconds(2), accepted: 0)
        bench.say(.loginSuccess(info: "ok", grant: grant), on: id)
        #expect(!bench.core.isLoggedIn)
        let elsewhere = Address(host: "s3", port: 3)
        bench.say(.redirect(elsewhere), on: id)
        #expect(bench.all(.loginFail).first?[.reason] == "redirected")
        #expect(bench.dials.map(\.address) == [elsewhere])
        _ = try bench.acceptLogin()
        #expect(bench.all(.loginOK).first?[.server] == "s3:3")
    }

    @Test("sends are numbered, recorded before they are sent, and acknowledged once, cumulatively")
    func sends() throws {
        var bench = Bench()
        let id = try bench.logIn()
        for text in ["a", "b", "c"] { bench.order { $0.send(text, now: $1) } }
        let first = bench.log.firstIndex(of: "send")
        #expect(first.map { bench.log[$0 + 1] } == "ACTIVITY_MESSAGE 1")
        bench.say(.activityAck(StreamPlace(stream: "c.1", number: 2)), on: id)
        bench.say(.activityAck(StreamPlace(stream: "c.1", number: 1)), on: id)
        bench.say(.activityAck(StreamPlace(stream: "c.1", number: 2)), on: id)
        #expect(bench.all(.ack).map { $0[.message] } == ["ann/c.1/1", "ann/c.1/2"])
        #expect(bench.core.openSends == 1)
        bench.say(.activityAck(StreamPlace(stream: "other", number: 9)), on: id)
        #expect(bench.core.openSends == 1)
    }

    @Test("what is not acknowledged is sent again in order through another server; accepted counts")
    func resend() throws {
        var bench = Bench()
        let id = try bench.logIn()
        for text in ["a", "b", "c"] { bench.order { $0.send(text, now: $1) } }
        bench.say(.activityAck(StreamPlace(stream: "c.1", number: 1)), on: id)
        bench.hangUp(id)
        #expect(bench.all(.sessionEnded).first?[.reason] == "closed")
        bench.order { $0.send("d", now: $1) }
        bench.advance(.seconds(1))
        #expect(bench.dials.map(\.address) == [second])
        let other = try bench.acceptLogin(accepted: 2)
        let sent = bench.sent(other)
        let resume = Resume(client: "c", stream: "c.1", acknowledged: 1)
        #expect(sent.first == .login(user: "ann", secret: "secret", resume: resume))
        let numbers = sent.compactMap { request -> Int64? in
            if case .activityMessage(_, _, _, let place) = request { place?.number } else { nil }
        }
        #expect(numbers == [3, 4])
        #expect(bench.all(.ack).map { $0[.message] } == ["ann/c.1/1", "ann/c.1/2"])
        #expect(bench.all(.send).count == 4)
        #expect(bench.all(.loginOK).map { $0[.session] } == ["1", "2"])
    }

    @Test(
        "deliveries are recorded before they are acknowledged, repeats are acknowledged but dropped"
    )
    func deliveries() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.broadcast(1, on: id)
        bench.broadcast(2, on: id)
        bench.broadcast(2, on: id)
        bench.broadcast(1, on: id)
        #expect(!bench.log.contains("DELIVERY_ACK 4"))
        bench.advance(.milliseconds(20))
        #expect(bench.log.last == "DELIVERY_ACK 4")
        let delivered = bench.all(.deliver)
        #expect(delivered.map { $0[.message] } == ["bob/b.1/1", "bob/b.1/2"])
        #expect(delivered.first?[.digest] == "\(Digest("text 1".utf8))")
    }

    @Test("repeats are known over sessions, and the count of broadcasts begins anew")
    func repeatsOverSessions() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.broadcast(1, on: id)
        bench.hangUp(id)
        bench.advance(.seconds(1))
        let other = try bench.acceptLogin()
        bench.broadcast(1, on: other)
        bench.broadcast(2, on: other)
        bench.advance(.milliseconds(20))
        #expect(bench.log.last == "DELIVERY_ACK 2")
        #expect(bench.all(.deliver).map { $0[.session] } == ["1", "2"])
    }

    @Test("many deliveries are acknowledged without a wait")
    func manyDeliveries() throws {
        var bench = Bench()
        let id = try bench.logIn()
        for number in 1...64 { bench.broadcast(Int64(number), on: id) }
        #expect(bench.log.last == "DELIVERY_ACK 64")
    }

    @Test("an answered heartbeat shows the session alive when it was sent, and confirms deliveries")
    func heartbeats() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.broadcast(1, on: id)
        bench.broadcast(1, on: id)
        bench.broadcast(2, on: id)
        bench.advance(.milliseconds(500))
        let sentAt = bench.now
        bench.advance(.milliseconds(100))
        bench.say(.heartbeatAck(number: 2, count: 3), on: id)
        #expect(bench.all(.alive).first?[.since] == "\(sentAt.nanoseconds)")
        #expect(bench.all(.confirmed).map { $0[.count] } == ["2"])
        bench.say(.heartbeatAck(number: 2, count: 3), on: id)
        #expect(bench.all(.alive).count == 1)
        #expect(bench.all(.confirmed).count == 1)
    }

    @Test("without answers a session ends hold after the last heartbeat that was answered was sent")
    func silence() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.advance(.milliseconds(500))
        let answered = bench.now
        bench.say(.heartbeatAck(number: 2, count: 0), on: id)
        bench.advance(.milliseconds(1999))
        #expect(bench.core.isLoggedIn)
        bench.advance(.milliseconds(10))
        #expect(!bench.core.isLoggedIn)
        #expect(bench.all(.sessionEnded).first?[.reason] == "silent")
        #expect(bench.times(.sessionEnded) == [answered + .seconds(2)])
        #expect(bench.aborted == [id])
    }

    @Test(
        "a client that wakes too late journals the end of its session first and reads nothing more"
    )
    func wakesLate() throws {
        var bench = Bench()
        let id = try bench.logIn()
        let began = bench.now
        bench.freeze(.seconds(10))
        bench.broadcast(1, on: id)
        #expect(bench.all(.deliver).isEmpty)
        #expect(bench.times(.sessionEnded) == [began + .seconds(2)])
    }

    @Test("answers keep a session open for long")
    func staysOpen() throws {
        var bench = Bench()
        let id = try bench.logIn()
        for number in 1...200 {
            bench.say(.heartbeatAck(number: Int64(number), count: 0), on: id)
            bench.advance(.milliseconds(500))
        }
        #expect(bench.core.isLoggedIn)
        #expect(bench.all(.alive).count == 200)
    }

    @Test("logging out is recorded before it is said; the server closes, or the client after hold")
    func logOut() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.broadcast(1, on: id)
        bench.order { $0.logOut(now: $1) }
        #expect(bench.log.suffix(4) == ["DELIVERY_ACK 1", "logout", "session-ended", "LOGOUT"])
        bench.broadcast(2, on: id)
        #expect(bench.all(.deliver).count == 1)
        #expect(!bench.core.isResting)
        bench.hangUp(id)
        #expect(bench.core.isResting)
        #expect(bench.core.takeNotices().contains(.loggedOut))

        let again = try bench.logIn()
        bench.order { $0.logOut(now: $1) }
        bench.advance(.seconds(2))
        #expect(bench.core.isResting)
        #expect(bench.aborted == [again])
    }

    @Test("a client may want to return before its server has closed")
    func returnEarly() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.order { $0.logOut(now: $1) }
        bench.order { $0.logIn(now: $1) }
        #expect(bench.dials.isEmpty)
        bench.hangUp(id)
        bench.advance(.milliseconds(1))
        _ = try bench.acceptLogin()
        #expect(bench.core.isLoggedIn)
    }

    @Test("vanishing says nothing, and what was not acknowledged is sent at the return")
    func vanish() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.order { $0.send("a", now: $1) }
        _ = bench.sent(id)
        bench.order { $0.vanish(now: $1) }
        #expect(bench.sent(id).isEmpty)
        #expect(bench.aborted == [id])
        let other = try bench.logIn()
        #expect(bench.log.last == "HEARTBEAT")
        #expect(bench.sent(other).count == 3)
    }

    @Test("behind leads to other servers, and after 10 x hold in vain to a new stream")
    func behind() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.order { $0.send("a", now: $1) }
        bench.hangUp(id)
        let start = bench.now
        while bench.all(.streamStarted).isEmpty, bench.now - start < .seconds(60) {
            bench.advance(.milliseconds(200))
            guard !bench.dials.isEmpty else { continue }
            let other = try bench.accept()
            bench.say(.loginFailed(info: "behind", reason: .behind), on: other)
        }
        #expect(bench.now - start >= .seconds(20))
        #expect(bench.all(.streamStarted).first?[.stream] == "c.2")
        bench.advance(.seconds(2))
        let other = try bench.acceptLogin()
        let resume = Resume(client: "c", stream: "c.2", acknowledged: 0)
        #expect(bench.sent(other).first == .login(user: "ann", secret: "secret", resume: resume))
        bench.order { $0.send("b", now: $1) }
        #expect(bench.all(.send).last?[.message] == "ann/c.2/1")
        bench.order { $0.finish(now: $1) }
        #expect(bench.all(.sendInfo).map { $0[.message] } == ["ann/c.1/1", "ann/c.2/1"])
    }

    @Test("at the end a send that was never given to a connection failed; others may have happened")
    func finish() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.order { $0.send("a", now: $1) }
        bench.hangUp(id)
        bench.order { $0.send("b", now: $1) }
        bench.order { $0.finish(now: $1) }
        #expect(bench.all(.sendInfo).map { $0[.message] } == ["ann/c.1/1"])
        #expect(bench.all(.sendFail).map { $0[.message] } == ["ann/c.1/2"])
        bench.advance(.seconds(10))
        #expect(bench.dials.isEmpty)
    }

    @Test("a login under way at the end is indeterminate")
    func finishWhileLoggingIn() throws {
        var bench = Bench()
        bench.order { $0.logIn(now: $1) }
        _ = try bench.accept()
        bench.order { $0.finish(now: $1) }
        #expect(bench.all(.loginInfo).map { $0[.reason] } == ["closed"])
    }

    @Test("what a server must not say ends the connection with INVALID_MESSAGE")
    func nonsense() throws {
        var bench = Bench()
        let id = try bench.logIn()
        bench.tell(.received(id, line: Array("{}".utf8)))
        #expect(bench.log.contains("INVALID_MESSAGE"))
        #expect(bench.all(.sessionEnded).count == 1)
        bench.advance(.seconds(1))
        #expect(bench.dials.count == 1)
    }

    @Test("of sends without an answer no more than ten thousand are kept")
    func bounded() throws {
        var bench = Bench()
        _ = try bench.logIn()
        for _ in 0..<10_000 { bench.order { $0.send("a", now: $1) } }
        var refused: MessageIdentity? = MessageIdentity(user: "x", stream: "x", number: 1)
        bench.order { refused = $0.send("a", now: $1) }
        #expect(refused == nil)
        #expect(bench.all(.send).count == 10_000)
    }
}
