import Evidence
import Glibc
import Planning
import Testing

@testable import Chaos

/// The relay on real sockets: what passes, what does not, and what the injectors see of it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RelayTests {
    /// A relay with two listening nodes, whose own ends are the relay's echo in the probes.
    private func withRelay(
        block: Int,
        ignoresCuts: Bool = false,
        _ body: (Topology, RelayClient, RecordLog) async throws -> Void
    ) async throws {
        // Two runs of the tests at once have blocks of their own, as far as their pids differ.
        let block = 130 + (block - 240) + 5 * (Int(getpid()) % 20)
        let topology = Topology(
            block: block,
            port: 7411,
            servers: ["server.1", "server.2"],
            clients: ["client.1"]
        )
        let log = RecordLog()
        let path = "/tmp/ordeal-relay-test-\(block).sock"
        let server = try await RelayServer.start(
            topology.relayConfiguration(controlPath: path),
            ignoresCuts: ignoresCuts
        ) { log.add($0, $1) }
        let client = try await RelayClient(path: path)
        do {
            try await body(topology, client, log)
        } catch {
            await client.close()
            await server.stop()
            throw error
        }
        await client.close()
        await server.stop()
    }

    private func cut(
        _ topology: Topology,
        _ relay: RelayClient,
        _ links: [Link],
        _ manner: Cut.Manner,
        id: String = "f",
        lease: Int64 = 60_000
    ) -> CutInjector {
        CutInjector(
            fault: LinkFault(
                id: id,
                links: links,
                effect: manner == .reset ? .reset : .blackhole,
                leaseMilliseconds: lease
            ),
            manner: manner,
            routes: topology.routes(for: links),
            relay: relay
        )
    }

    @Test("a cut is seen in force, and seen healed", arguments: Cut.Manner.allCases)
    func cutAndHeal(_ manner: Cut.Manner) async throws {
        try await withRelay(block: 240) { topology, relay, log in
            let link = Link(from: "server.1", to: "server.2")
            for links in [[link, link.reversed], [link], [link.reversed]] {
                let injector = cut(topology, relay, links, manner)
                try await injector.apply()
                _ = try await injector.verify()
                try await injector.heal()
                _ = try await injector.verifyHealed()
                #expect(try await injector.isExercised() == false)
            }
            #expect(log.kinds.filter { $0 == .linkCut }.count == 3)
            #expect(log.kinds.filter { $0 == .linkHealed }.count == 3)
        }
    }

    @Test("a cut that is not carried out is noticed", arguments: Cut.Manner.allCases)
    func ignoredCut(_ manner: Cut.Manner) async throws {
        try await withRelay(block: 241, ignoresCuts: true) { topology, relay, _ in
            let link = Link(from: "client.1", to: "server.2")
            let injector = cut(topology, relay, [link], manner)
            try await injector.apply()
            await #expect(throws: FaultError.self) { try await injector.verify() }
        }
    }

    @Test("a heal under another cut is seen for what it is")
    func healUnderAnotherCut() async throws {
        try await withRelay(block: 244) { topology, relay, _ in
            let link = Link(from: "server.1", to: "server.2")
            let first = cut(topology, relay, [link], .blackhole)
            let second = cut(topology, relay, [link.reversed], .blackhole, id: "g")
            try await first.apply()
            try await second.apply()
            try await first.heal()
            #expect(try await first.verifyHealed().contains("under another cut"))
            try await second.heal()
            #expect(try await !second.verifyHealed().contains("under another cut"))
        }
    }

    @Test("a cut ends by itself when its lease is over")
    func lease() async throws {
        try await withRelay(block: 242) { topology, relay, _ in
            let link = Link(from: "client.1", to: "server.1")
            let injector = cut(topology, relay, [link], .blackhole, lease: 300)
            try await injector.apply()
            _ = try await injector.verify()
            let probes = try await ProbeSet(topology.routes(for: [link]).map(\.route), relay: relay)
            await probes.send()
            #expect(await probes.outcomes(within: .seconds(5)) == [.echoed])
            await probes.close()
            #expect(try await relay.ask(.tally(id: "f")).inForce.isEmpty)
        }
    }

    @Test("an occupied port is an error that names it and says what to do")
    func occupied() async throws {
        try await withRelay(block: 243) { topology, _, _ in
            do {
                let second = try await RelayServer.start(
                    topology.relayConfiguration(
                        controlPath: "/tmp/ordeal-relay-test-\(topology.block)b.sock"
                    ),
                    ignoresCuts: false
                ) { _, _ in }
                await second.stop()
                Issue.record("a second relay at the same addresses should not start")
            } catch let error as RelayError {
                #expect("\(error)".contains("127.\(topology.block).128.1:7411"))
                #expect("\(error)".contains("--port"))
            }
        }
    }
}
