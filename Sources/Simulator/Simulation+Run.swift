import Checkers
import Evidence
import Messaging

/// The course of a run, as the orchestrator does it with real processes.
extension Simulation {
    mutating func run() -> SimulationResult {
        orchestrate(
            .runStarted,
            [.plan: plan.description, .seed: String(plan.seed), .version: "simulation"]
        )
        enter(.start)
        for place in serverPlaces where plan.joins[place + 1] == nil {
            start(place, incarnation: 0, isFirst: true)
            if place == 0 { wait(.seconds(5)) { $0.nodes[place]?.isReady ?? false } }
        }
        wait(.seconds(10)) { simulation in
            simulation.serverPlaces.allSatisfy { simulation.nodes[$0]?.isReady ?? true }
        }
        for place in clientPlaces { start(place, incarnation: 0, isFirst: true) }
        wait(.seconds(60)) { simulation in
            simulation.clientPlaces.allSatisfy { simulation.nodes[$0]?.isReady ?? false }
        }
        for place in twinPlaces { start(place, incarnation: 0, isFirst: true) }
        workload()
        enter(.heal)
        enter(.return)
        wait(.seconds(30)) { $0.isWhole }
        // Time without faults, in which servers must agree.
        if !plan.faults.isEmpty { advance(until: now + plan.settle * 3 / 2) }
        wait(.seconds(30)) { $0.isWhole }
        drain()
        finish()
        return result()
    }

    /// Whether every server is ready and every client that should be there has a session.
    private var isWhole: Bool {
        serverPlaces.allSatisfy { nodes[$0].map { $0.isReady || !$0.isRunning } ?? true }
            && clientPlaces.allSatisfy { nodes[$0]?.hasSession ?? false }
    }

    private mutating func workload() {
        enter(.workload)
        for place in clientPlaces { control(place, .start) }
        for place in twinPlaces { control(place, .start) }
        let begin = now
        for (number, after) in plan.joins.sorted(by: { $0.key < $1.key }) {
            queue.add(.start(node: number - 1), at: begin + after)
        }
        for (number, fault) in plan.faults.enumerated() {
            openFaults += 1
            queue.add(.fault(number, attempt: 0), at: begin + fault.at)
        }
        advance(until: begin + plan.workload)
        for place in clientPlaces { control(place, .rest) }
        // Their users are others' too, who stay.
        for place in twinPlaces { control(place, .stop) }
        // Faults that outlive the workload end before the run goes on.
        wait(.seconds(300)) { simulation in
            simulation.openFaults == 0
                && simulation.serverPlaces.allSatisfy { simulation.nodes[$0] != nil }
        }
        advance(until: now + .milliseconds(10))
    }

    private mutating func drain() {
        enter(.drain)
        for place in clientPlaces { control(place, .drain) }
        let end = now + .seconds(30)
        var movements = -1
        var quietSince = now
        var outstanding = tracker.outstanding()
        while now < end, broken == nil {
            advance(until: now + .milliseconds(100))
            outstanding = tracker.outstanding()
            if tracker.movements != movements {
                movements = tracker.movements
                quietSince = now
            } else if now - quietSince > (isSettled(outstanding) ? plan.hold / 2 : .seconds(10)) {
                break
            }
        }
        // Sessions are shown alive once more.
        advance(until: now + plan.hold)
        isStalled = !isSettled(outstanding)
        let reason = outstanding.total == 0 ? "quiet" : "stalled"
        orchestrate(.drainEnded, [.reason: reason, .count: String(outstanding.total)])
        // Sessions that end at this very instant would not count as there to the end of the drain.
        advance(until: now + .milliseconds(1))
    }

    /// Whether all is delivered and acknowledged that ever will be: what a client that does not resume
    /// sent over a connection that broke may stay open; and where the order is total, all that was sent
    /// after a majority of the voters was lost for ever.
    private func isSettled(_ outstanding: OutstandingTracker.Outstanding) -> Bool {
        let forgets = plan.stockClients + plan.anonymousClients > 0
        let isStuck =
            plan.ordering == .total
            && !nodes.contains {
                $0.map { $0.isRunning && $0.server?.core.hasQuorum ?? false } ?? false
            }
        return outstanding.deliveries == 0 && (outstanding.sends == 0 || forgets || isStuck)
    }

    private mutating func finish() {
        enter(.stop)
        for place in nodes.indices.reversed() { control(place, .stop) }
        wait(plan.hold * 2) { simulation in
            simulation.nodes.allSatisfy { !($0?.isRunning ?? false) }
        }
        orchestrate(.barrier, [:])
        orchestrate(.closed, [.count: String(orchestratorRecords + 1)])
    }

    private mutating func result() -> SimulationResult {
        for node in nodes {
            if let taken = node?.server?.core.marks { marks.formUnion(taken) }
        }
        return SimulationResult(
            plan: plan,
            records: records,
            settings: settings,
            steps: steps,
            marks: marks,
            broken: broken,
            isStalled: isStalled
        )
    }

    private var settings: CheckSettings {
        var settings = CheckSettings(
            hold: plan.hold,
            settle: plan.settle,
            superPeers: plan.superPeers,
            servers: Set(names.prefix(plan.servers)),
            clusterSecret: Digest(user: "cluster", secret: secret).description,
            expectations: CheckSettings.holding(plan.promises)
        )
        settings.stepsMax = 100_000_000
        return settings
    }

    private mutating func enter(_ phase: RunPhase) {
        orchestrate(.phase, [.phase: phase.rawValue])
    }

    private mutating func wait(_ most: Duration, until isOver: (Self) -> Bool) {
        guard !isOver(self) else { return }
        advance(until: now + most, unless: isOver)
    }

    private mutating func control(_ place: Int, _ control: Event.Control) {
        guard let node = nodes[place] else { return }
        if control == .stop { node.isAsked = true }
        tell(place, node.incarnation, .control(control))
    }

    // MARK: Processes

    mutating func start(_ place: Int, incarnation: Int, isFirst: Bool) {
        if let taken = nodes[place]?.server?.core.marks { marks.formUnion(taken) }
        let name = names[place]
        let isServer = serverPlaces.contains(place)
        let node = SimulatedNode(
            name: name,
            incarnation: incarnation,
            server: isServer ? core(place, isFirst) : nil,
            client: isServer ? nil : WorkloadCore(client(place, incarnation))
        )
        nodes[place] = node
        orchestrate(
            .spawned,
            [.target: name, .targetIncarnation: String(incarnation), .pid: String(1000 + place)]
        )
        write(node, .started, [.pid: String(1000 + place)], at: now)
        tell(place, incarnation, .started)
    }

    private func server(_ place: Int, _ isFirst: Bool) -> ServerConfiguration {
        let others = serverPlaces.filter { $0 != place }
        let remotes = isFirst ? others.prefix(place == 0 ? 0 : 1) : others[...]
        var configuration = ServerConfiguration(
            name: names[place],
            address: Self.address(place),
            remotes: remotes.map(Self.address),
            secret: secret
        )
        configuration.hold = plan.hold
        configuration.superPeers = plan.superPeers
        configuration.seed = plan.seed
        configuration.clientRedirect = plan.clientRedirect
        configuration.serverRedirect = plan.serverRedirect
        configuration.limits = plan.limits
        configuration.registration = plan.registration
        configuration.ordering = plan.ordering
        configuration.wallClockOffset = plan.clockOffsets[place + 1] ?? .zero
        configuration.mechanisms = plan.mechanisms
        return configuration
    }

    private func core(_ place: Int, _ isFirst: Bool) -> ServerCore {
        let configuration = server(place, isFirst)
        guard plan.isDurable else { return ServerCore(configuration: configuration) }
        do throws(DiskError) {
            return try ServerCore(
                configuration: configuration,
                disk: disks[place]?.contents ?? StoreContents()
            )
        } catch {
            // A simulated disk holds what servers wrote, nothing else.
            preconditionFailure("\(configuration.name) must understand its disk: \(error)")
        }
    }

    private func client(_ place: Int, _ incarnation: Int) -> WorkloadConfiguration {
        let number = place - plan.servers
        let servers = serverPlaces.map { Self.address(($0 + number) % plan.servers) }
        let isTwin = number >= plan.clients
        let fromEnd = plan.clients - number
        let isAnonymous = !isTwin && fromEnd <= plan.anonymousClients
        let user = isAnonymous ? "anonymous" : "user-\(number % plan.clients + 1)"
        var client = ClientConfiguration(
            user: user,
            secret: WorkloadConfiguration.secret(of: user, seed: plan.seed),
            client: "\(names[place])-\(incarnation)",
            servers: servers
        )
        client.hold = plan.hold
        client.seed = plan.seed
        client.mechanisms = plan.mechanisms
        client.isStock =
            !isTwin && !isAnonymous && fromEnd <= plan.anonymousClients + plan.stockClients
        var workload = WorkloadConfiguration(client: client, others: plan.clients)
        workload.sendInterval = plan.sendInterval
        workload.churnInterval = plan.churnInterval
        workload.intruderInterval = isTwin ? nil : plan.intruderInterval
        workload.rivalInterval = isTwin ? nil : plan.rivalInterval
        workload.bodyBytes = 16
        // A twin may have to wait for its user as long as the run lasts.
        if isTwin { workload.readyWithin = .seconds(100_000) }
        return workload
    }

    mutating func exit(_ place: Int, _ status: Int32) {
        guard let node = nodes[place], node.isRunning else { return }
        write(node, .closed, [.count: String(node.records + 1)], at: now)
        exited(place, node.isAsked ? "stopped" : "exit", status)
    }

    /// A fault kills it.
    mutating func die(_ place: Int) {
        guard let node = nodes[place], node.isRunning else { return }
        crashDisk(of: place)
        let fields: FieldValues = [
            .fault: node.fault ?? "", .faultKind: "kill", .target: node.name,
        ]
        exited(place, "injected", 9)
        orchestrate(.faultApplied, fields)
        orchestrate(.faultVerified, fields)
    }

    private mutating func exited(_ place: Int, _ cause: String, _ status: Int32) {
        guard let node = nodes[place] else { return }
        node.isRunning = false
        node.hasSession = false
        var fields: FieldValues = [
            .target: node.name, .targetIncarnation: String(node.incarnation), .cause: cause,
            .status: String(status), .accepted: String(node.records),
        ]
        fields[.fault] = node.fault
        orchestrate(.exited, fields)
        endConnections(of: place, incarnation: node.incarnation)
    }

    mutating func restart(_ place: Int) {
        guard let node = nodes[place], !node.isRunning else { return }
        start(place, incarnation: node.incarnation + 1, isFirst: false)
        control(place, .start)
    }
}
