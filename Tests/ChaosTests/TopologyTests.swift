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
        let resolve: (NodeSelector) -> [String] = {
            switch $0 {
            case .name(let name): [name]
            case .master: ["server.2"]
            case .clients: topology.clients
            case .servers, .superPeer, .peer, .anyServer, .others, .allOthers: topology.servers
            }
        }
        func links(_ links: Cut.Links) -> [Link] {
            links.links(servers: topology.servers, clients: topology.clients, resolve: resolve)
        }
        #expect(
            links(.oneWay(from: [.name("server.1")], to: [.master]))
                == [Link(from: "server.1", to: "server.2")]
        )
        #expect(links(.oneWay(from: [.name("server.2")], to: [.master])).isEmpty)
        #expect(
            links(.oneWay(from: [.master], to: [.others])).map(\.to) == ["server.1", "server.3"]
        )
        let others = links(.between([.master], [.others]))
        #expect(others.count == 4)
        #expect(others.allSatisfy { $0.from == "server.2" || $0.to == "server.2" })
        #expect(
            links(.between([.name("server.1")], [.name("server.1"), .name("server.3")])).count == 2
        )
    }

    @Test("a partition of servers with their clients leaves each side whole")
    func partition() {
        let topology = Topology(
            block: 9,
            port: 7400,
            servers: ["server.1", "server.2", "server.3"],
            clients: ["client.1", "client.2"]
        )
        let cut = Cut.Links.between([.name("server.1"), .name("client.1")], [.allOthers])
        let links = cut.links(servers: topology.servers, clients: topology.clients) { selector in
            switch selector {
            case .name(let name): [name]
            case .master, .superPeer, .peer, .anyServer, .servers, .clients, .others, .allOthers: []
            }
        }
        let pairs: Set<Link> = [
            Link(from: "server.1", to: "server.2"), Link(from: "server.1", to: "server.3"),
            Link(from: "server.1", to: "client.2"), Link(from: "client.1", to: "server.2"),
            Link(from: "client.1", to: "server.3"),
        ]
        #expect(Set(links) == pairs.union(pairs.map(\.reversed)))
    }
}
