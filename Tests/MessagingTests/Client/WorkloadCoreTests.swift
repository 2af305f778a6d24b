import Evidence
import Messaging
import Testing

@Suite struct WorkloadCoreTests {
    private func bench(
        _ change: (inout WorkloadConfiguration) -> Void = { _ in }
    ) -> Bench<WorkloadCore> {
        var client = ClientConfiguration(
            user: "user-1",
            secret: "secret",
            client: "client.1-0",
            servers: [Address(host: "s1", port: 1)]
        )
        client.seed = 7
        var configuration = WorkloadConfiguration(client: client, others: 3)
        change(&configuration)
        return Bench(WorkloadCore(configuration))
    }

    /// A server that says yes to the own user, no to all intruders, and answers everything.
    private func serve(_ bench: inout Bench<WorkloadCore>, names: inout Set<String>) throws {
        while !bench.dials.isEmpty { try bench.accept() }
        for id in bench.open.sorted() {
            for request in bench.sent(id) {
                switch request {
                case .register(let user, _):
                    let isNew = names.insert(user).inserted
                    bench.say(
                        isNew
                            ? .registerSuccess(info: "")
                            : .registerFailed(info: "", reason: .taken),
                        on: id
                    )
                case .login(let user, let secret, let resume):
                    guard resume != nil, secret == "secret" else {
                        let reason: LoginFailure =
                            names.contains(user) ? .wrongSecret : .unknownUser
                        bench.say(.loginFailed(info: "", reason: reason), on: id)
                        continue
                    }
                    let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: 0)
                    bench.say(.loginSuccess(info: "", grant: grant), on: id)
                case .activityMessage(_, _, _, let place):
                    if let place { bench.say(.activityAck(place), on: id) }
                case .heartbeat(let number):
                    bench.say(.heartbeatAck(number: number, count: 0), on: id)
                case .logout:
                    bench.hangUp(id)
                case .deliveryAck, .who, .invalidMessage:
                    break
                }
            }
        }
    }

    private func run(
        _ bench: inout Bench<WorkloadCore>,
        _ duration: Duration,
        names: inout Set<String>
    ) throws {
        let end = bench.now + duration
        while bench.now < end {
            try serve(&bench, names: &names)
            bench.advance(.milliseconds(10))
        }
        try serve(&bench, names: &names)
    }

    @Test("it is ready once its user is registered and logged in, and sends nothing before start")
    func ready() throws {
        var bench = bench { $0.sendInterval = .milliseconds(100) }
        var names: Set<String> = []
        bench.tell(.started)
        #expect(!bench.isReady)
        try run(&bench, .seconds(1), names: &names)
        #expect(bench.isReady)
        #expect(names == ["user-1"])
        #expect(bench.all(.send).isEmpty)
    }

    @Test("it sends at its rate from start to rest, one last message at drain, and exits at stop")
    func wholeRun() throws {
        var bench = bench { $0.sendInterval = .milliseconds(100) }
        var names: Set<String> = []
        bench.tell(.started)
        try run(&bench, .seconds(1), names: &names)
        bench.tell(.control(.start))
        try run(&bench, .seconds(10), names: &names)
        bench.tell(.control(.rest))
        let count = bench.all(.send).count
        #expect((99...101).contains(count))
        try run(&bench, .seconds(3), names: &names)
        #expect(bench.all(.send).count == count)
        #expect(bench.all(.alive).count > 20)
        bench.tell(.control(.drain))
        bench.tell(.control(.drain))
        try run(&bench, .seconds(1), names: &names)
        #expect(bench.all(.send).count == count + 1)
        #expect(bench.all(.ack).count == count + 1)
        bench.tell(.control(.stop))
        try run(&bench, .seconds(1), names: &names)
        #expect(bench.all(.logout).count == 1)
        #expect(bench.all(.sendInfo).isEmpty)
        #expect(bench.exitCode == 0)
    }

    @Test("a body has the length that was asked for", arguments: [0, 1, 64, 1000])
    func bodies(bytes: Int) throws {
        var bench = bench {
            $0.sendInterval = .milliseconds(100)
            $0.bodyBytes = bytes
        }
        bench.tell(.started)
        let id = try bench.accept()
        bench.say(.registerSuccess(info: ""), on: id)
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: 0)
        bench.say(.loginSuccess(info: "", grant: grant), on: id)
        bench.tell(.control(.drain))
        guard case .activityMessage(_, _, let activity, _)? = bench.sent(id).last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(OrdealBody(activity)?.body.utf8.count == bytes)
    }

    @Test("lengths of bodies are drawn between the shortest and the longest")
    func bodyRange() throws {
        var bench = bench {
            $0.sendInterval = .milliseconds(10)
            $0.bodyBytes = 4
            $0.bodyBytesMax = 7
        }
        bench.tell(.started)
        let id = try bench.accept()
        bench.say(.registerSuccess(info: ""), on: id)
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: 0)
        bench.say(.loginSuccess(info: "", grant: grant), on: id)
        bench.tell(.control(.start))
        for _ in 0..<60 { bench.advance(.milliseconds(10)) }
        let lengths = bench.sent(id).compactMap { request -> Int? in
            guard case .activityMessage(_, _, let activity, _) = request else { return nil }
            return OrdealBody(activity)?.body.utf8.count
        }
        #expect(Set(lengths) == [4, 5, 6, 7])
    }

    @Test("a burst sends so many at once, and no more in all")
    func bursts() throws {
        var bench = bench {
            $0.sendInterval = .milliseconds(100)
            $0.burst = 5
        }
        var names: Set<String> = []
        bench.tell(.started)
        try run(&bench, .seconds(1), names: &names)
        bench.tell(.control(.start))
        try run(&bench, .seconds(10), names: &names)
        let times = bench.times(.send)
        #expect((95...105).contains(times.count))
        #expect(times.count.isMultiple(of: 5))
        #expect(Set(times).count == times.count / 5)
    }

    @Test("churn of the kind register leaves nobody: it registers one more name each time")
    func registeringChurn() throws {
        var bench = bench {
            $0.churnInterval = .seconds(1)
            $0.churnKinds = [.register]
        }
        var names: Set<String> = []
        bench.tell(.started)
        bench.tell(.control(.start))
        try run(&bench, .seconds(30), names: &names)
        #expect(bench.all(.logout).isEmpty)
        #expect(bench.all(.sessionEnded).isEmpty)
        #expect(names.count { $0.hasPrefix("fresh-") } >= 15)
        #expect(bench.all(.registerFail).isEmpty)
    }

    @Test("who leaves stays away as long as was asked for")
    func away() throws {
        var bench = bench {
            $0.churnInterval = .seconds(20)
            $0.churnKinds = [.vanish]
            $0.away = .seconds(3)...Duration.seconds(4)
        }
        var names: Set<String> = []
        bench.tell(.started)
        bench.tell(.control(.start))
        try run(&bench, .seconds(120), names: &names)
        let ends = bench.times(.sessionEnded)
        let logins = bench.times(.loginOK).dropFirst()
        #expect(ends.count >= 3)
        for (end, login) in zip(ends, logins) {
            #expect(login - end >= .seconds(3) && login - end <= .milliseconds(4100))
        }
    }

    @Test("rivals who began together want the same name for as long as hold, then another one")
    func rivals() throws {
        func wanted(_ client: String) throws -> [String] {
            var bench = bench {
                $0.rivalInterval = .milliseconds(500)
                $0.client.client = client
            }
            var names: Set<String> = []
            bench.tell(.started)
            bench.tell(.control(.start))
            try run(&bench, .seconds(8), names: &names)
            return names.filter { $0.hasPrefix("rival-") }.sorted()
        }
        let first = try wanted("client.1-0")
        #expect(first == ["rival-0", "rival-1", "rival-2", "rival-3"])
        #expect(try wanted("client.2-0") == first)
    }

    @Test("churn logs out and vanishes in turn and returns; rest ends it logged in")
    func churn() throws {
        var bench = bench { $0.churnInterval = .seconds(5) }
        var names: Set<String> = []
        bench.tell(.started)
        bench.tell(.control(.start))
        try run(&bench, .seconds(120), names: &names)
        let logouts = bench.all(.logout).count
        let ends = bench.all(.sessionEnded).count
        #expect(logouts >= 8)
        #expect(abs(ends - 2 * logouts) <= 1)
        bench.tell(.control(.rest))
        try run(&bench, .seconds(3), names: &names)
        #expect(bench.all(.loginOK).count == bench.all(.sessionEnded).count + 1)
    }

    @Test("intruders try all kinds of what must fail, each an operation with an outcome")
    func intruders() throws {
        var bench = bench { $0.intruderInterval = .milliseconds(500) }
        var names: Set<String> = ["user-2", "user-3"]
        bench.tell(.started)
        try run(&bench, .seconds(1), names: &names)
        bench.tell(.control(.start))
        try run(&bench, .seconds(20), names: &names)
        bench.tell(.control(.rest))
        try run(&bench, .seconds(1), names: &names)
        let invoked = (bench.all(.register) + bench.all(.login)).compactMap {
            $0.integer(.operation)
        }
        #expect(invoked.sorted() == Array(1...Int64(invoked.count)))
        let reasons = Set(bench.all(.loginFail).compactMap { $0[.reason] })
        #expect(reasons == ["wrong-secret", "unknown-user"])
        #expect(bench.all(.registerFail).allSatisfy { $0[.reason] == "taken" })
        let fresh = bench.all(.registerOK).filter { $0[.user]?.hasPrefix("fresh-") == true }
        #expect(!fresh.isEmpty)
        let again = Set(bench.all(.registerFail).compactMap { $0[.user] })
        #expect(!again.isDisjoint(with: Set(fresh.compactMap { $0[.user] })))
        #expect(bench.all(.loginOK).count == 1)
        let outcomes =
            bench.all(.registerOK).count + bench.all(.registerFail).count
            + bench.all(.loginOK).count + bench.all(.loginFail).count
        #expect(outcomes == invoked.count)
    }

    @Test("a login with a wrong secret that succeeds is written down")
    func wrongLoginSucceeds() throws {
        var bench = bench { $0.intruderInterval = .milliseconds(500) }
        var names: Set<String> = ["user-2", "user-3"]
        bench.tell(.started)
        try run(&bench, .seconds(1), names: &names)
        bench.tell(.control(.start))
        for _ in 0..<1000 where bench.all(.loginOK).count == 1 {
            while !bench.dials.isEmpty { try bench.accept() }
            for id in bench.open.sorted() {
                for request in bench.sent(id) {
                    if case .login(_, _, nil) = request {
                        bench.say(.loginSuccess(info: "", grant: nil), on: id)
                    } else if case .register = request {
                        bench.say(.registerFailed(info: "", reason: .taken), on: id)
                    }
                }
            }
            bench.advance(.milliseconds(10))
        }
        let wrong = try #require(bench.all(.loginOK).last)
        #expect(wrong[.session] == "2")
        #expect(bench.all(.sessionEnded).last?[.session] == "2")
    }

    @Test("without any server it says so and exits with 69")
    func neverIn() throws {
        var bench = bench { $0.readyWithin = .seconds(5) }
        bench.tell(.started)
        for _ in 0..<600 where bench.exitCode == nil {
            while !bench.dials.isEmpty { try bench.refuse() }
            bench.advance(.milliseconds(10))
        }
        #expect(bench.exitCode == 69)
        #expect(bench.shown == ["not logged in within 5.0 s"])
    }

    @Test("stop while every server is silent still ends, with what is open written down")
    func stopInSilence() throws {
        var bench = bench { $0.sendInterval = .milliseconds(100) }
        var names: Set<String> = []
        bench.tell(.started)
        try run(&bench, .seconds(1), names: &names)
        bench.tell(.control(.start))
        bench.advance(.seconds(1))
        bench.tell(.control(.stop))
        bench.advance(.seconds(3))
        #expect(bench.exitCode == 0)
        #expect(bench.all(.sendInfo).count == bench.all(.send).count - bench.all(.ack).count)
        #expect(!bench.all(.sendInfo).isEmpty)
    }

    @Test("the same seed gives the same run, record for record")
    func determinism() throws {
        func history() throws -> [String] {
            var bench = bench {
                $0.sendInterval = .milliseconds(50)
                $0.churnInterval = .seconds(2)
                $0.intruderInterval = .milliseconds(300)
            }
            var names: Set<String> = ["user-2"]
            bench.tell(.started)
            bench.tell(.control(.start))
            try run(&bench, .seconds(15), names: &names)
            return bench.records.map { "\($0.kind) \($0.fields.pairs) \($0.time)" }
        }
        #expect(try history() == history())
    }
}
