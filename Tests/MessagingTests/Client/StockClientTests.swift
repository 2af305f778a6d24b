import Evidence
import Messaging
import Testing

@Suite struct StockClientTests {
    private func echo(_ request: ClientRequest?) throws -> ServerReply {
        guard case .activityMessage(let user, _, let activity, let place)? = request else {
            throw WireError("no message was sent")
        }
        #expect(place == nil)
        return .activityBroadcast(
            activity: activity.authenticated(as: user),
            sender: nil,
            place: nil
        )
    }

    @Test("a stock client shows no extension, and its echo is its acknowledgement")
    func echoes() throws {
        var bench = Bench { $0.isStock = true }
        let id = try bench.logIn()
        #expect(bench.sent(id) == [.login(user: "ann", secret: "secret", resume: nil)])
        #expect(bench.all(.loginOK).first?[.resumes] == "no")
        bench.order { $0.send("a", now: $1) }
        let request = bench.sent(id).first
        bench.say(try echo(request), on: id)
        #expect(bench.log.suffix(2) == ["deliver", "ack"])
        #expect(bench.core.openSends == 0)
        bench.say(try echo(request), on: id)
        #expect(bench.all(.deliver).count == 2)
        #expect(bench.all(.ack).count == 1)
        bench.advance(.seconds(20))
        #expect(bench.core.isLoggedIn)
        #expect(bench.sent(id).isEmpty)
    }

    @Test("LOGIN_SUCCESS with a REDIRECT right after it opens no session")
    func redirect() throws {
        var bench = Bench { $0.isStock = true }
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        bench.say(.loginSuccess(info: "ok", grant: nil), on: id)
        bench.say(.redirect(Address(host: "s3", port: 3)), on: id)
        #expect(bench.all(.loginOK).isEmpty)
        #expect(bench.all(.loginFail).first?[.reason] == "redirected")
        _ = try bench.acceptLogin()
        #expect(bench.core.isLoggedIn)
    }

    @Test("a broadcast right after LOGIN_SUCCESS shows that the session counts")
    func broadcastAtOnce() throws {
        var bench = Bench { $0.isStock = true }
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        bench.say(.loginSuccess(info: "ok", grant: nil), on: id)
        bench.broadcast(1, on: id)
        #expect(bench.log.suffix(2) == ["login-ok", "deliver"])
    }

    @Test(
        "each connection but the first begins a stream; a late echo still counts, nothing is resent"
    )
    func streams() throws {
        var bench = Bench { $0.isStock = true }
        let id = try bench.logIn()
        bench.order { $0.send("a", now: $1) }
        let first = bench.sent(id).last
        bench.hangUp(id)
        var lost: MessageIdentity?
        bench.order { lost = $0.send("not taken", now: $1) }
        #expect(lost == nil)
        bench.advance(.seconds(1))
        let other = try bench.acceptLogin()
        #expect(bench.sent(other).count == 1)
        #expect(bench.all(.streamStarted).map { $0[.stream] } == ["c.2"])
        bench.order { $0.send("b", now: $1) }
        bench.say(try echo(first), on: other)
        #expect(bench.all(.ack).map { $0[.message] } == ["ann/c.1/1"])
        bench.order { $0.finish(now: $1) }
        #expect(bench.all(.sendInfo).map { $0[.message] } == ["ann/c.2/1"])
    }

    @Test("without an echo for 2 x hold the connection is taken for dead")
    func silence() throws {
        var bench = Bench { $0.isStock = true }
        let id = try bench.logIn()
        bench.advance(.seconds(60))
        #expect(bench.core.isLoggedIn)
        bench.order { $0.send("a", now: $1) }
        bench.advance(.seconds(6))
        #expect(bench.aborted == [id])
        #expect(bench.all(.sessionEnded).first?[.reason] == "silent")
    }

    @Test("the anonymous user needs neither secret nor registration")
    func anonymous() throws {
        var bench = Bench {
            $0.user = "anonymous"
            $0.registers = true
        }
        let id = try bench.logIn()
        #expect(bench.sent(id) == [.login(user: "anonymous", secret: nil, resume: nil)])
        #expect(bench.all(.loginOK).first?[.resumes] == "no")
    }

    @Test("a client of ours falls back to the stock protocol where the server knows no other")
    func stockServer() throws {
        var bench = Bench()
        bench.order { $0.logIn(now: $1) }
        let id = try bench.accept()
        bench.say(.loginSuccess(info: "ok", grant: nil), on: id)
        bench.advance(.seconds(10))
        #expect(bench.core.isLoggedIn)
        #expect(bench.all(.loginOK).first?[.resumes] == "no")
        #expect(bench.sent(id).count == 1)
    }
}
