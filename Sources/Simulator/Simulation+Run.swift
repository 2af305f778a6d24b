import Checkers
import Evidence
import Messaging

/// The course of a run, as the orchestrator does it with real processes.
extension Simulation {
    var serverNames: [String] { (1...plan.servers).map { "server.\($0)" } }
    var clientNames: [String] { (1...plan.clients).map { "client.\($0)" } }
    private var secret: String { "secret-\(plan.seed)" }

    mutating func run() -> SimulationResult {
        orchestrate(
            .runStarted,
            [.plan: "\(plan)", .seed: String(plan.seed), .version: "simulation"]
        )
        enter(.start)
        for (index, name) in serverNames.enumerated() {
            start(name, incarnation: 0, isFirst: true)
            if index == 0 { wait(.seconds(5)) { $0.nodes[name]?.isReady ?? false } }
        }
        wait(.seconds(10)) { simulation in
            simulation.serverNames.allSatisfy { simulation.nodes[$0]?.isReady ?? false }
        }
        for name in clientNames { start(name, incarnation: 0, isFirst: true) }
        wait(.seconds(60)) { simulation in
            simulation.clientNames.allSatisfy { simulation.nodes[$0]?.isReady ?? false }
        }
        workload()
        enter(.heal)
        enter(.return)
        wait(.seconds(30)) { simulation in
            simulation.clientNames.allSatisfy { simulation.hasSession($0) }
        }
        drain()
        finish()
        return result()
    }

    private mutating func workload() {
        enter(.workload)
        for name in clientNames { control(name, .start) }
        let begin = now
        var end = begin + plan.workload
        for (number, fault) in plan.faults.enumerated() {
            queue.add(.fault(number), at: begin + fault.at)
            end = max(end, begin + fault.at + fault.duration)
        }
        advance(until: begin + plan.workload)
        for name in clientNames { control(name, .rest) }
        // Faults that outlive the workload end before the run goes on.
        advance(until: end + .milliseconds(1))
        wait(.seconds(20)) { simulation in
            simulation.serverNames.allSatisfy { name in
                simulation.nodes[name].map { $0.isReady || !$0.isRunning } ?? true
            }
        }
    }

    private mutating func drain() {
        enter(.drain)
        for name in clientNames { control(name, .drain) }
        let end = now + .seconds(30)
        var movements = -1
        var quietSince = now
        var outstanding = tracker.outstanding().total
        while now < end {
            advance(until: now + .milliseconds(100))
            outstanding = tracker.outstanding().total
            if tracker.movements != movements {
                movements = tracker.movements
                quietSince = now
            } else if outstanding == 0 && now - quietSince > plan.hold / 2
                || now - quietSince > .seconds(10)
            {
                break
            }
        }
        // Sessions are shown alive once more.
        advance(until: now + plan.hold)
        let reason = outstanding == 0 ? "quiet" : "stalled"
        orchestrate(.drainEnded, [.reason: reason, .count: String(outstanding)])
    }

    private mutating func finish() {
        enter(.stop)
        for name in clientNames + serverNames { control(name, .stop) }
        wait(plan.hold * 2) { simulation in
            simulation.nodes.values.allSatisfy { !$0.isRunning }
        }
        orchestrate(.barrier, [:])
        orchestrate(.closed, [.count: String(orchestratorRecords + 1)])
    }

    private func result() -> SimulationResult {
        var settings = CheckSettings(
            hold: plan.hold,
            settle: plan.settle,
            servers: Set(serverNames),
            clusterSecret: Digest(user: "cluster", secret: secret).description,
            expectations: CheckSettings.holding(Guarantee.allCases.filter(\.isCheckable))
        )
        settings.stepsMax = 100_000_000
        return SimulationResult(plan: plan, records: records, settings: settings, steps: steps)
    }

    private mutating func enter(_ phase: RunPhase) {
        orchestrate(.phase, [.phase: phase.rawValue])
    }

    private mutating func wait(_ most: Duration, until isOver: (Self) -> Bool) {
        guard !isOver(self) else { return }
        advance(until: now + most, unless: isOver)
    }

    private mutating func control(_ name: String, _ control: Event.Control) {
        guard let incarnation = nodes[name]?.incarnation else { return }
        tell(name, incarnation, .control(control))
    }

    private func hasSession(_ name: String) -> Bool {
        openSessions.contains(name)
    }

    // MARK: Processes

    mutating func start(_ name: String, incarnation: Int, isFirst: Bool) {
        let place = (serverNames + clientNames).firstIndex(of: name) ?? 0
        let address = Address(host: "10.0.0.\(place)", port: 1)
        nodes[name] = SimulatedNode(
            name: name,
            incarnation: incarnation,
            address: address,
            server: name.hasPrefix("server") ? server(name, address, isFirst) : nil,
            client: name.hasPrefix("server") ? nil : client(name, incarnation)
        )
        orchestrate(
            .spawned,
            [.target: name, .targetIncarnation: String(incarnation), .pid: String(1000 + place)]
        )
        write(name, .started, [.pid: String(1000 + place)], at: now)
        tell(name, incarnation, .started)
    }

    private func server(_ name: String, _ address: Address, _ isFirst: Bool) -> ServerCore {
        let others = serverNames.enumerated().filter { $0.element != name }
        let remotes = isFirst ? others.prefix(name == "server.1" ? 0 : 1) : others[...]
        var configuration = ServerConfiguration(
            name: name,
            address: address,
            remotes: remotes.map { Address(host: "10.0.0.\($0.offset)", port: 1) },
            secret: secret
        )
        configuration.hold = plan.hold
        configuration.superPeers = plan.superPeers
        configuration.seed = plan.seed
        configuration.ordering = plan.ordering
        return ServerCore(configuration: configuration)
    }

    private func client(_ name: String, _ incarnation: Int) -> WorkloadCore {
        let place = clientNames.firstIndex(of: name) ?? 0
        let servers = (0..<plan.servers).map {
            Address(host: "10.0.0.\(($0 + place) % plan.servers)", port: 1)
        }
        let user = "user-\(place + 1)"
        var client = ClientConfiguration(
            user: user,
            secret: WorkloadConfiguration.secret(of: user, seed: plan.seed),
            client: "\(name)-\(incarnation)",
            servers: servers
        )
        client.hold = plan.hold
        client.seed = plan.seed
        client.isStock = place >= plan.clients - plan.stockClients
        var workload = WorkloadConfiguration(client: client, others: plan.clients)
        workload.sendInterval = plan.sendInterval
        workload.churnInterval = plan.churnInterval
        workload.intruderInterval = plan.intruderInterval
        workload.bodyBytes = 16
        return WorkloadCore(workload)
    }

    mutating func exit(_ name: String, _ status: Int32) {
        guard let node = nodes[name], node.isRunning else { return }
        write(name, .closed, [.count: String(node.records + 1)], at: now)
        exited(name, "stopped", status, nil)
    }

    /// A fault kills it.
    mutating func die(_ name: String) {
        let fault = nodes[name]?.fault
        exited(name, "injected", 9, fault)
        let fields: FieldValues = [.fault: fault ?? "", .faultKind: "kill", .target: name]
        orchestrate(.faultApplied, fields)
        orchestrate(.faultVerified, fields)
    }

    private mutating func exited(
        _ name: String,
        _ cause: String,
        _ status: Int32,
        _ fault: String?
    ) {
        guard let node = nodes[name] else { return }
        nodes[name]?.isRunning = false
        masters[name] = nil
        openSessions.remove(name)
        var fields: FieldValues = [
            .target: name, .targetIncarnation: String(node.incarnation), .cause: cause,
            .status: String(status), .accepted: String(nodes[name]?.records ?? 0),
        ]
        fields[.fault] = fault
        orchestrate(.exited, fields)
        endConnections(of: name, incarnation: node.incarnation)
    }

    mutating func restart(_ name: String) {
        guard let node = nodes[name], !node.isRunning else { return }
        start(name, incarnation: node.incarnation + 1, isFirst: false)
        control(name, .start)
    }
}
