import Evidence
import Testing

@testable import Messaging

/// Section 2.3.5 of the report, of clients and of servers: who decides, on what grounds, and how load evens out.
@Suite("2.3.5 Redirection") struct RedirectionTests {
    @Test(
        "the probability is the report's: 0 below min, 1 from max, linear between",
        arguments: [(0, 0), (9, 0), (10, 0), (15, 25), (20, 50), (29, 95), (30, 100), (99, 100)]
    )
    func probability(load: Int, percent: Int) {
        let (part, whole) = RedirectThresholds(min: 10, max: 30).probability(load: load)
        #expect(part * 100 == percent * whole)
    }

    @Test("thresholds are read from min..max, and from nothing else")
    func reading() {
        #expect(RedirectThresholds("200..400") == RedirectThresholds(min: 200, max: 400))
        for text in ["", "3", "4..3", "-1..2", "1..", "..2", "1...2", "a..b"] {
            #expect(RedirectThresholds(text) == nil, "\(text)")
        }
    }

    private static func low(_ configuration: inout ServerConfiguration) {
        configuration.clientRedirect = RedirectThresholds(min: 2, max: 4)
    }

    @Test(
        "a client is redirected where load says so and another server is eligible; all is recorded"
    )
    func client() {
        var cluster = ClusterHarness.settled(2, change: Self.low)
        cluster.forgetRecords()
        var answers: [[String]] = []
        for _ in 1...6 {
            let client = cluster.logIn("anonymous", at: 1)
            answers.append(cluster.take(client).map(cluster.command))
        }
        // 0 and 1 are below min; at 2 the chance is none; from 4 on it is certain.
        #expect(answers.prefix(3).allSatisfy { $0 == ["LOGIN_SUCCESS"] })
        #expect(answers.contains(["LOGIN_SUCCESS", "REDIRECT"]))
        var redirects: Int64 = 0
        for record in cluster.records where record.kind == .redirectDecided {
            let load = record.fields.integer(.load) ?? -1
            #expect(record.fields[.newcomer] == "client" && record.fields[.user] == "anonymous")
            #expect(record.fields[.loadMin] == "2" && record.fields[.loadMax] == "4")
            // Those who are on their way to the other server count there.
            #expect(record.fields[.eligible] == (load - 2 >= redirects ? "1" : "0"))
            let isRedirected = record.fields[.outcome] == "redirected"
            #expect(record.fields[.server] == (isRedirected ? "server.2" : nil))
            if load <= 2 { #expect(!isRedirected) }
            if isRedirected { redirects += 1 }
        }
        #expect(cluster.texts(.redirectDecided, .outcome).count == 6)
    }

    @Test("a peer decides by itself, from what its supervisor announced")
    func peer() {
        var cluster = ClusterHarness.settled(3) { configuration in
            configuration.clientRedirect = RedirectThresholds(min: 2, max: 2)
            configuration.superPeers = 1
        }
        #expect(cluster.servers(.peer) == [2, 3])
        for server in [1, 2, 1, 2] { _ = cluster.logIn("anonymous", at: server) }
        cluster.pass(.seconds(2))
        cluster.forgetRecords()
        let client = cluster.logIn("anonymous", at: 2)
        // Server 3, of which the peer knows from its supervisor alone, is the least loaded.
        #expect(cluster.take(client).last?.contains(#""hostname":"10.0.0.3""#) ?? false)
        #expect(cluster.texts(.redirectDecided, .eligible, .server) == ["2: 1 server.3"])
    }

    @Test("the announcement counts sessions, not the logins of those who are sent elsewhere")
    func load() {
        var cluster = ClusterHarness.settled(2, change: Self.low)
        cluster.forgetRecords()
        for _ in 1...12 { _ = cluster.logIn("anonymous", at: 1) }
        let stayed = cluster.texts(.redirectDecided, .outcome).count { $0.hasSuffix("stayed") }
        #expect(cluster.cores[1]?.load == stayed && stayed < 12)
        #expect(cluster.cores[1]?.leaving == 0)
    }

    @Test("those on their way count where they go, until the announcements do")
    func underWay() {
        var cluster = ClusterHarness.settled(3) { configuration in
            configuration.clientRedirect = RedirectThresholds(min: 0, max: 0)
        }
        var hosts: [String: Int] = [:]
        for _ in 1...30 {
            let client = cluster.logIn("anonymous", at: 1)
            for line in cluster.take(client) where cluster.command(line) == "REDIRECT" {
                hosts[line.contains("10.0.0.2") ? "2" : "3", default: 0] += 1
            }
        }
        let load = cluster.cores[1]?.load ?? 0
        let counts = [load, hosts["2"] ?? 0, hosts["3"] ?? 0]
        #expect(counts.reduce(0, +) == 30)
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 2, "\(counts)")
    }

    @Test("one who was sent elsewhere and comes back within hold stays")
    func comesBack() {
        var cluster = ClusterHarness.settled(2) { configuration in
            configuration.clientRedirect = RedirectThresholds(min: 0, max: 0)
        }
        #expect(cluster.register("ann", at: 1) == "REGISTER_SUCCESS")
        for _ in 1...8 { _ = cluster.logIn("anonymous", at: 1) }
        cluster.forgetRecords()
        var commands: [[String]] = []
        for _ in 1...2 {
            let client = cluster.logIn("ann", at: 1)
            cluster.pass(.milliseconds(100))
            commands.append(cluster.take(client).map(cluster.command))
        }
        #expect(commands.first == ["LOGIN_SUCCESS", "REDIRECT"])
        #expect(commands.last == ["LOGIN_SUCCESS"])
        let decisions = cluster.texts(.redirectDecided, .user, .eligible, .outcome)
        #expect(decisions == ["1: ann 1 redirected", "1: ann 0 stayed"])
    }

    @Test("what is remembered of newcomers is bounded and forgotten in time")
    func memory() {
        var memory = RedirectMemory()
        let server = ServerID(text: "server.2~1")
        for number in 1...(RedirectMemory.newcomersMax + 5) {
            memory.sends(
                to: server,
                since: Instant(nanoseconds: Int64(number)),
                until: Instant(nanoseconds: 50_000)
            )
            memory.sent("user-\(number)", until: Instant(nanoseconds: 60_000))
        }
        #expect(memory.underWay(to: server) == Int64(RedirectMemory.newcomersMax))
        #expect(!memory.wasSent("user-5") && memory.wasSent("user-6"))
        memory.counted(by: server, sentBefore: Instant(nanoseconds: 10))
        #expect(memory.underWay(to: server) == Int64(RedirectMemory.newcomersMax - 4))
        memory.forget(now: Instant(nanoseconds: 50_000))
        #expect(memory.underWay(to: server) == 0 && memory.wasSent("user-6"))
        memory.sent("user-6", until: Instant(nanoseconds: 70_000))
        memory.forget(now: Instant(nanoseconds: 60_000))
        #expect(memory.wasSent("user-6") && !memory.wasSent("user-7"))
    }

    @Test("joining servers are spread over the super-peers, and each finds its place")
    func servers() {
        var cluster = ClusterHarness(change: { configuration in
            configuration.superPeers = 3
            configuration.serverRedirect = RedirectThresholds(min: 1, max: 2)
        })
        for server in 1...15 {
            cluster.start(server, joining: server == 1 ? [] : [1])
            cluster.pass(.milliseconds(server <= 3 ? 2000 : 100))
        }
        cluster.pass(.seconds(4))
        let peers = cluster.servers(.peer)
        #expect(peers.count == 12)
        let supervised = [1, 2, 3].map { cluster.cores[$0]?.peers.count ?? 0 }
        #expect(supervised.reduce(0, +) == 12)
        #expect((supervised.max() ?? 0) - (supervised.min() ?? 0) <= 2, "\(supervised)")
        let decisions = cluster.texts(.redirectDecided, .newcomer, .outcome)
        #expect(
            decisions.contains("1: server redirected") && decisions.contains("1: server stayed")
        )
        #expect(decisions.allSatisfy { $0.contains(" server ") })
    }

    /// Forty clients come to one server of four, a few at a time: loads in the end, and redirects.
    private func balance(
        _ thresholds: RedirectThresholds
    ) -> (spread: Int, redirects: Int, loads: [Int]) {
        var cluster = ClusterHarness.settled(4) { $0.clientRedirect = thresholds }
        cluster.forgetRecords()
        for _ in 1...40 {
            var server = 1
            for _ in 1...10 {
                let client = cluster.logIn("anonymous", at: server)
                cluster.pass(.milliseconds(20))
                let redirect = cluster.take(client).first { cluster.command($0) == "REDIRECT" }
                guard let redirect else { break }
                server = (1...4).first { redirect.contains("10.0.0.\($0)\"") } ?? 1
            }
        }
        let loads = (1...4).map { cluster.cores[$0]?.load ?? 0 }
        let redirects = cluster.texts(.redirectDecided, .outcome).count {
            $0.hasSuffix("redirected")
        }
        #expect(loads.reduce(0, +) == 40, "\(loads)")
        return ((loads.max() ?? 0) - (loads.min() ?? 0), redirects, loads)
    }

    @Test(
        "the probability balances better than a static upper threshold, with fewer redirects than a lower"
    )
    func againstStatic() {
        let probable = balance(RedirectThresholds(min: 10, max: 30))
        let late = balance(RedirectThresholds(min: 30, max: 30))
        let early = balance(RedirectThresholds(min: 10, max: 10))
        #expect(probable.spread < late.spread, "\(probable) \(late)")
        #expect(probable.redirects < early.redirects, "\(probable) \(early)")
        #expect(early.spread < probable.spread, "\(early) \(probable)")
        // All came to the first server: it ends with most of them, as docs/claims.md says.
        #expect(probable.loads.first == 27, "\(probable.loads)")
    }
}
