import Evidence
import Planning

/// On whom a fault is, once its time has come.
extension FaultRunner {
    /// The nodes of a fault on processes, each once; of a group those that it can be about now.
    func nodes(
        _ selectors: [NodeSelector],
        _ fault: FaultInstance,
        areDown: Bool = false
    ) async throws -> [String] {
        var generator = fault.generator
        var names: [String] = []
        for selector in selectors {
            var found = try await resolve(selector, &generator)
            switch selector {
            case .servers, .clients:
                var fitting: [String] = []
                for node in found where await processes.isRunning(node) != areDown {
                    fitting.append(node)
                }
                found = fitting
            case .name, .master, .superPeer, .peer, .anyServer, .others, .allOthers: break
            }
            names += found.filter { !names.contains($0) }
        }
        guard !names.isEmpty else {
            throw FaultError(areDown ? "none of its nodes is down" : "none of its nodes runs")
        }
        return names
    }

    /// The names behind a selector now; none behind `others`, which the cut itself knows.
    func resolve(
        _ selector: NodeSelector,
        _ generator: inout SeededGenerator
    ) async throws -> [String] {
        switch selector {
        case .name(let name):
            return [name]
        case .master:
            return try await findRole(.master)
        case .superPeer:
            return try await one(of: .superPeer, &generator)
        case .peer:
            return try await one(of: .peer, &generator)
        case .anyServer:
            var servers = topology.servers
            while !servers.isEmpty {
                let node = servers.remove(at: generator.below(servers.count))
                if await processes.isRunning(node) { return [node] }
            }
            throw FaultError("no server runs")
        case .servers:
            return topology.servers
        case .clients:
            return topology.clients
        case .others, .allOthers:
            return []
        }
    }

    private func one(
        of role: ServerRole,
        _ generator: inout SeededGenerator
    ) async throws -> [String] {
        generator.pick(try await findRole(role)).map { [$0] } ?? []
    }
}
