import Evidence
import Planning
import Testing

@testable import Chaos

@Suite struct TopologyTests {
    private let topology = Topology(
        block: 9,
        port: 7400,
        servers: ["server.1", "server.2", "server.3"],
        clients: ["client.1"]
    )

    @Test("every node has an address of its own, and another one at the relay")
    func addresses() {
        #expect(topology.host(of: "server.1") == "127.9.0.1")
        #expect(topology.relayHost(of: "server.1") == "127.9.128.1")
        #expect(topology.host(of: "client.1") == "127.9.0.4")
        #expect(topology.host(of: "server.9") == nil)
        let many = Topology(
            block: 1,
            port: 1,
            servers: (1...900).map { "server.\($0)" },
            clients: []
        )
        let all = (1...900).flatMap { number in
            [many.host(of: "server.\(number)"), many.relayHost(of: "server.\(number)")]
        }
        #expect(Set(all).count == 1800)
    }

    @Test("a probe is dialled by a node that dials, to one that listens")
    func routes() {
        let toClient = topology.routes(for: [Link(from: "server.1", to: "client.1")])
        #expect(
            toClient.map(\.route) == [
                .init(fromHost: "127.9.0.4", toHost: "127.9.128.1", port: 7400)
            ]
        )
        let both = topology.routes(for: [
            Link(from: "server.1", to: "server.2"), Link(from: "server.2", to: "server.1"),
        ])
        #expect(both.count == 2)
    }

    @Test("a cut names its links in both directions, or in one")
    func links() {
        let resolve: (NodeSelector) -> String = {
            switch $0 {
            case .name(let name): name
            case .master: "server.2"
            }
        }
        let all = topology.servers
        #expect(
            Cut.Links.oneWay(from: .name("server.1"), to: .master).links(
                servers: all,
                resolve: resolve
            ) == [Link(from: "server.1", to: "server.2")]
        )
        #expect(
            Cut.Links.oneWay(from: .name("server.2"), to: .master).links(
                servers: all,
                resolve: resolve
            ).isEmpty
        )
        let others = Cut.Links.betweenOthers([.master]).links(servers: all, resolve: resolve)
        #expect(others.count == 4)
        #expect(others.allSatisfy { $0.from == "server.2" || $0.to == "server.2" })
        #expect(
            Cut.Links.between([.name("server.1")], [.name("server.1"), .name("server.3")]).links(
                servers: all,
                resolve: resolve
            ).count == 2
        )
    }
}
