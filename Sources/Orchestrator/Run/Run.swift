import Chaos
import Evidence
import Foundation
import Journal
import JournalReading
import Planning
import Supervision

/// One run of a plan: cluster up, workload and faults, heal, return, drain, stop.
///
/// What it finds out is in the journal alone; the verdict is made from there by `Verification`.
actor Run {
    /// How a run ended, before its evidence is judged.
    enum Ending: Sendable, Equatable {
        /// Every phase was gone through.
        case completed
        /// A process never became ready, or something else kept the experiment from being made.
        case failed(String)
        /// Something was violated, and that was to be the end.
        case violated(String)
        /// Somebody interrupted it.
        case interrupted
        /// The disk with the evidence filled up.
        case diskFull(String)

        /// Why the run did not go through all its phases; nil where it did.
        var reason: String? {
            switch self {
            case .completed: nil
            case .failed(let why), .diskFull(let why): why
            case .violated(let what): "stopped at the first violation: \(what)"
            case .interrupted: "interrupted"
            }
        }
    }

    /// How long nodes are kept for inspection at most.
    private static let holdMax = Duration.seconds(3600)

    let plan: Plan
    let directory: RunDirectory
    let layout: ClusterLayout
    let writer: JournalWriter
    let supervisor: Supervisor
    let monitor: LiveMonitor
    let relay: RelayClient
    private(set) var phases: PhaseClock
    private(set) var ending = Ending.completed
    private var faults: FaultRunner?
    private var story: Task<Void, any Error>?
    private var isWorkloadOn = false
    private let keepsNodes: Bool
    private var isReleased = false
    private var isHeld = false

    init(
        plan: Plan,
        directory: RunDirectory,
        layout: ClusterLayout,
        writer: JournalWriter,
        supervisor: Supervisor,
        monitor: LiveMonitor,
        relay: RelayClient,
        phases: PhaseClock,
        keepsNodes: Bool
    ) {
        self.plan = plan
        self.directory = directory
        self.layout = layout
        self.writer = writer
        self.supervisor = supervisor
        self.monitor = monitor
        self.relay = relay
        self.phases = phases
        self.keepsNodes = keepsNodes
    }

    /// Goes through the phases up to the stop of the processes; the journal is left running.
    ///
    /// Whatever goes wrong, everything is healed and stopped before it returns.
    func execute() async throws {
        do {
            try await startCluster()
            try await workload()
            try await hold()
            try await heal()
            try await returnClients()
            try await drain()
        } catch {
            end(.failed("\(error)"))
            try? await heal()
        }
        if let reason = ending.reason {
            try writer.write(.runCutShort, [.reason: reason], at: MonotonicClock.now())
        }
        try enter(.stop)
        for nodes in [layout.topology.clients, layout.topology.servers, ["relay"]] {
            await supervisor.stop(nodes)
        }
        phases.end()
    }

    /// Ends the run early: heals, stops and collects what there is. The first reason counts.
    func end(_ reason: Ending) {
        guard ending == .completed else { return }
        ending = reason
    }

    /// Somebody asked for the end: of a hold where there is one, else of the run.
    func interrupt() {
        if isHeld {
            isReleased = true
        } else {
            end(.interrupted)
        }
    }

    private var isEnding: Bool { ending != .completed }

    // MARK: - Phases

    private func startCluster() async throws {
        try enter(.start)
        let topology = layout.topology
        let late = plan.lateNodes
        guard let founder = topology.servers.first else { return }
        try await supervisor.start(layout.server(founder, isFirstStart: true))
        guard !isEnding else { return }
        let joining = topology.servers.dropFirst().filter { !late.contains($0) }
        try await startAll(joining.map { layout.server($0, isFirstStart: true) })
        let clients = topology.clients.filter { !late.contains($0) }
        guard !isEnding else { return }
        try await startAll(clients.map { layout.client($0) })
    }

    private func startAll(_ specifications: [ProcessSpecification]) async throws {
        let supervisor = supervisor
        try await withThrowingTaskGroup(of: Void.self) { group in
            for specification in specifications {
                group.addTask { try await supervisor.start(specification) }
            }
            try await group.waitForAll()
        }
    }

    private func workload() async throws {
        guard !isEnding else { return }
        try enter(.workload)
        isWorkloadOn = true
        await tell("start", layout.topology.clients)
        let runner = FaultRunner(
            topology: layout.topology,
            relay: relay,
            processes: self,
            findRole: { try await self.find($0) },
            record: { try self.recordFault($0, $1, $2) }
        )
        faults = runner
        // The story runs beside the workload and outlives it until all is healed; `heal` waits for it.
        story = Task { try await runner.run(Timetable(plan)) }
        try await watch(for: plan.workload.duration)
        isWorkloadOn = false
        await tell("rest", layout.topology.clients)
    }

    /// Keeps the nodes alive after a violation, if that was asked for, until somebody interrupts.
    private func hold() async throws {
        guard keepsNodes, case .violated(let what) = ending else { return }
        isHeld = true
        defer { isHeld = false }
        await faults?.hold()
        let port = layout.topology.port
        let nodes = layout.topology.servers.map { server in
            "\(server) at \(layout.topology.host(of: server) ?? "-"):\(port)"
        }
        Console.error(
            "ordeal: held, since \(what); all nodes are alive: \(nodes.joined(separator: ", ")). "
                + "Ctrl-C heals, stops and checks."
        )
        let clock = ContinuousClock()
        let over = clock.now + Self.holdMax
        while !isReleased, clock.now < over,
            try !JournalSpace.isLow(directory: directory.path)
        {
            try await Task.sleep(for: .milliseconds(50))
            try await monitor.poll()
        }
    }

    private func heal() async throws {
        await faults?.end(isCutShort: isEnding)
        try enter(.heal)
        try await story?.value
        story = nil
    }

    /// Waits until every client that should be there is logged in again.
    private func returnClients() async throws {
        guard !isEnding else { return }
        try enter(.return)
        let clients = await living(layout.topology.clients)
        let limit = plan.drain.returnWithin
        let isBack = try await monitor.wait(within: limit) { view in
            clients.allSatisfy { view.hasSession($0) } ? true : nil
        }
        guard isBack == nil else { return }
        let view = await monitor.view
        let missing = clients.filter { !view.hasSession($0) }
        let names = missing.prefix(5).joined(separator: ", ")
        let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
        let reason =
            "\(names)\(more) not logged in again within \(limit) after everything was healed"
        try writer.write(.runCutShort, [.reason: reason], at: MonotonicClock.now())
    }

    /// Each client sends a last message; then nothing may be outstanding, or nothing moves.
    private func drain() async throws {
        guard !isEnding else { return }
        let begin = MonotonicClock.now()
        try enter(.drain)
        let clients = await living(layout.topology.clients)
        await tell("drain", clients)
        let wait = DrainWait(plan: plan, clients: clients, begin: begin)
        let result = try await wait.wait(monitor)
        try writer.write(
            .drainEnded,
            [.reason: result.reason.rawValue, .count: String(result.outstanding)],
            at: MonotonicClock.now()
        )
    }

    // MARK: - Looking

    /// Lets the workload run, with an eye on the journal, the disk and whoever interrupts.
    private func watch(for duration: Duration) async throws {
        let clock = ContinuousClock()
        let over = clock.now + duration
        while clock.now < over, !isEnding {
            // Also where more is to be read: whoever is measured needs the processor more.
            try await Task.sleep(for: min(.milliseconds(25), clock.now.duration(to: over)))
            try await monitor.poll()
            if try JournalSpace.isLow(directory: directory.path) {
                end(.diskFull("the disk of \(directory.path) is nearly full"))
            }
            let view = await monitor.view
            let lag = view.lag(from: await monitor.readUpTo, to: MonotonicClock.now())
            Console.progress(view.line(elapsed: phases.elapsed, lag: lag))
        }
        Console.endProgress()
    }

    /// Gives clients a control line. One that has ended gets none: its exit is in the journal.
    private func tell(_ line: String, _ clients: [String]) async {
        for client in clients {
            try? await supervisor.send(line, to: client)
        }
    }

    private func living(_ nodes: [String]) async -> [String] {
        var living: [String] = []
        for node in nodes where await supervisor.isRunning(node) {
            living.append(node)
        }
        return living
    }

    /// The servers that have a role now; waits a moment where none does.
    private func find(_ role: ServerRole) async throws -> [String] {
        let limit = plan.cluster.settle
        let servers = layout.topology.servers
        let found = try await monitor.wait(within: limit) { view -> [String]? in
            let nodes = view.nodes(in: role)
            return nodes.isEmpty ? nil : servers.filter(nodes.contains)
        }
        guard let found else {
            throw FaultError("no server was \(role.rawValue) for \(limit)")
        }
        return found
    }

    // MARK: - Records

    private func enter(_ phase: RunPhase) throws {
        phases.enter(phase.rawValue)
        try writer.write(.phase, [.phase: phase.rawValue], at: MonotonicClock.now())
    }

    private nonisolated func recordFault(
        _ kind: EventKind,
        _ values: FieldValues,
        _ time: Instant?
    ) throws {
        let time = time ?? MonotonicClock.now()
        try writer.write(kind, values, at: time)
        // The journal is the evidence; a disk that is full takes this copy away, not the run.
        try? directory.append(FaultLine.text(kind, values, time), to: "faults.jsonl")
    }
}

extension Run: ProcessControl {
    func kill(_ node: String, signal: Int32, fault: String) async throws {
        try await supervisor.kill(node, signal: signal, fault: fault)
    }

    func stop(_ nodes: [String]) async {
        await supervisor.stop(nodes)
    }

    func start(_ nodes: [String]) async throws {
        let clients = Set(layout.topology.clients)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                let isClient = clients.contains(node)
                group.addTask { try await self.start(node, isClient: isClient) }
            }
            try await group.waitForAll()
        }
    }

    /// Starts a node again; a client goes on with the workload as soon as it is ready.
    private func start(_ node: String, isClient: Bool) async throws {
        guard isClient else {
            return try await supervisor.start(layout.server(node, isFirstStart: false))
        }
        try await supervisor.start(layout.client(node))
        if isWorkloadOn { await tell("start", [node]) }
    }

    func end(of node: String) async throws -> NodeEnd {
        guard let exit = await supervisor.lastExit(of: node) else {
            throw FaultError("\(node) has not ended")
        }
        return NodeEnd(
            status: exit.status,
            fault: exit.fault,
            isStopped: exit.cause == .stopped
        )
    }

    func isRunning(_ node: String) async -> Bool {
        await supervisor.isRunning(node)
    }
}
