import Evidence

/// Desired against actual processes, as a value: what is asked and what happens, and what to do then.
///
/// It knows no process, pipe or clock; the shell tells it what happened and carries out its effects in
/// order. The time of `spawned` is that before the spawn, so that nothing which the process writes
/// can seem older than its start.
struct SupervisorCore: Sendable {
    /// A number by which the shell knows who waits for an answer.
    typealias Ticket = ManagedNode.Ticket

    /// What the shell tells.
    enum Event: Sendable, Equatable {
        /// Somebody wants the node's next incarnation.
        case start(ProcessSpecification, Ticket)
        /// A fault ends the node's process by a signal.
        case kill(String, signal: Int32, fault: String, Ticket)
        /// Somebody wants these nodes to end.
        case stop([String], Ticket)
        /// Everything is to end.
        case shutdown(Ticket)
        /// The process that an effect asked for runs.
        case spawned(String, pid: Int32)
        /// It could not be made.
        case spawnFailed(String, why: String, remedy: String)
        /// Somebody wrote to the notify socket.
        case notified(pid: Int32, group: Int32?, Notification)
        /// A node's process ended, and the rest of its group was killed.
        case ended(String, ProcessEnd)
        /// A sweep was made; whether nothing is left of the incarnation.
        case swept(String, isEmpty: Bool)
        /// The node's timer is due.
        case timer(String)
    }

    /// What the shell is to do.
    enum Effect: Sendable, Equatable {
        /// Start a process and say whether it runs.
        case spawn(ProcessSpecification, incarnation: Int)
        /// Send a signal to the node's process.
        case signal(String, Int32)
        /// Send a signal to the process and all others of its group.
        case signalGroup(String, Int32)
        /// Read what the ended process left in its pipes and close them.
        case collect(String)
        /// Kill and reap what is left of the incarnation, and say whether nothing is.
        case sweep(String)
        /// Forget the incarnation: it is gone.
        case forget(String)
        /// Set the node's one timer, or take it away.
        case setTimer(String, Instant?)
        /// Write a record.
        case record(EventKind, FieldValues, at: Instant)
        /// Write the exit record, with the count of the incarnation's ack page.
        case recordExit(String, Exit, at: Instant)
        /// Make the node's status known.
        case publish(String)
        /// Tell those who watch.
        case announce(SupervisorEvent)
        /// Answer who waits, a stop once for each node it named; with why it did not go well.
        case finish(Ticket, SupervisionError?)
    }

    /// How many nodes there may be.
    static let nodesMax = 4_096
    /// How long a process may take to end after a fault's signal.
    static let injectionMax: Duration = .seconds(10)
    /// How long a process may take to end after SIGKILL.
    static let killMax: Duration = .seconds(10)
    /// How long the rest of a group may take to end after SIGKILL.
    static let sweepMax: Duration = .seconds(1)
    /// The time between two looks at what is left of a group.
    static let sweepEvery: Duration = .milliseconds(2)
    /// SIGTERM, SIGKILL and SIGCONT, the same on every Linux.
    static let terminate: Int32 = 15
    static let kill: Int32 = 9
    static let proceed: Int32 = 18

    /// The incarnations whose process or group is not gone.
    var active: [String: ManagedNode] = [:]
    /// Which node a pid is the process of.
    var nodes: [Int32: String] = [:]
    /// Those between the effect `spawn` and its answer.
    private var spawning: [String: (specification: ProcessSpecification, ticket: Ticket)] = [:]
    private var incarnations: [String: Int] = [:]
    var exits: [String: Exit] = [:]
    var shutdownTickets: [Ticket] = []
    var isShutDown = false

    /// What is known of a node.
    func status(of node: String) -> NodeStatus {
        NodeStatus(
            incarnation: incarnations[node],
            pid: active[node].flatMap { $0.isAlive ? $0.pid : nil },
            lastExit: exits[node]
        )
    }

    /// Takes an event and says what to do.
    mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .start(let specification, let ticket):
            start(specification, ticket, &effects)
        case .kill(let node, let signal, let fault, let ticket):
            inject(node, signal, fault, ticket, now, &effects)
        case .stop(let names, let ticket):
            stop(names, ticket, now, &effects)
        case .shutdown(let ticket):
            shutdown(ticket, now, &effects)
        case .spawned(let node, let pid):
            spawned(node, pid, now, &effects)
        case .spawnFailed(let node, let why, let remedy):
            guard let wanted = spawning.removeValue(forKey: node) else { break }
            let error = SupervisionError(.notExecuted, node: node, what: why, remedy: remedy)
            effects.append(.finish(wanted.ticket, error))
        case .notified(let pid, let group, let notification):
            guard let node = nodes[pid] ?? group.flatMap({ nodes[$0] }) else { break }
            notified(node, notification, now, &effects)
        case .ended(let node, let end):
            ended(node, end, now, &effects)
        case .swept(let node, let isEmpty):
            swept(node, isEmpty, now, &effects)
        case .timer(let node):
            timer(node, now, &effects)
        }
        return effects
    }

    // MARK: - Start

    private mutating func start(
        _ specification: ProcessSpecification,
        _ ticket: Ticket,
        _ effects: inout [Effect]
    ) {
        let node = specification.node
        if let error = refusal(specification) {
            effects.append(.finish(ticket, error))
            return
        }
        let incarnation = incarnations[node].map { $0 + 1 } ?? 0
        spawning[node] = (specification, ticket)
        effects.append(.spawn(specification, incarnation: incarnation))
    }

    private func refusal(_ specification: ProcessSpecification) -> SupervisionError? {
        let node = specification.node
        if isShutDown {
            return SupervisionError.shutDown(node)
        }
        if let problem = specification.problem {
            return SupervisionError(
                .wrongSpecification,
                node: node,
                what: "it cannot be started: \(problem)",
                remedy: "correct what it is started with"
            )
        }
        if active[node] != nil || spawning[node] != nil {
            return SupervisionError(
                .alreadyRunning,
                node: node,
                what: "it was started while its last process was not wholly gone",
                remedy: "wait for the end of kill or stop before the next start"
            )
        }
        if incarnations[node] == nil, incarnations.count >= Self.nodesMax {
            return SupervisionError(
                .unavailable,
                node: node,
                what: "a run has at most \(Self.nodesMax) nodes",
                remedy: "use fewer nodes"
            )
        }
        return nil
    }

    private mutating func spawned(
        _ node: String,
        _ pid: Int32,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        guard let wanted = spawning.removeValue(forKey: node) else { return }
        let incarnation = incarnations[node].map { $0 + 1 } ?? 0
        incarnations[node] = incarnation
        nodes[pid] = node
        var managed = ManagedNode(
            specification: wanted.specification,
            incarnation: incarnation,
            pid: pid
        )
        managed.starter = wanted.ticket
        let fields: FieldValues = [
            .target: node, .targetIncarnation: String(incarnation), .pid: String(pid),
        ]
        effects.append(.record(.spawned, fields, at: now))
        effects.append(.announce(.spawned(node: node, incarnation: incarnation, pid: pid)))
        switch wanted.specification.readiness {
        case .notify(let limit):
            effects.append(.setTimer(node, now + limit))
            effects.append(.publish(node))
        case .none:
            ready(&managed, now, &effects)
        }
        active[node] = managed
    }

    private mutating func notified(
        _ node: String,
        _ notification: Notification,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        guard var managed = active[node], managed.isAlive else { return }
        managed.status = notification.status ?? managed.status
        if notification.isReady, !managed.isReady {
            ready(&managed, now, &effects)
        }
        active[node] = managed
    }

    private func ready(_ managed: inout ManagedNode, _ now: Instant, _ effects: inout [Effect]) {
        let node = managed.specification.node
        let incarnation = managed.incarnation
        managed.isReady = true
        if managed.phase == .starting {
            managed.phase = .running
            effects.append(.setTimer(node, nil))
        }
        let fields: FieldValues = [.target: node, .targetIncarnation: String(incarnation)]
        effects.append(.record(.ready, fields, at: now))
        effects.append(.publish(node))
        effects.append(.announce(.ready(node: node, incarnation: incarnation)))
        if let ticket = managed.starter {
            managed.starter = nil
            effects.append(.finish(ticket, nil))
        }
    }
}
