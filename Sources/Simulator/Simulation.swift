import Checkers
import Evidence
import Messaging

/// A whole cluster with its clients in one thread, from one seed: simulated time, links and crashes.
///
/// The same plan gives the same run, record for record.
public struct Simulation {
    let plan: SimulationPlan
    var random: SeededGenerator
    var now = Instant(nanoseconds: 1_000_000_000)
    var queue = EventQueue<Step>()
    var nodes: [String: SimulatedNode] = [:]
    var connections: [SimulatedConnection] = []
    var places: [Endpoint: (index: Int, side: SimulatedConnection.Side)] = [:]
    var connectionsOf: [String: [Int]] = [:]
    var lastConnection: Int64 = 0
    var lastTimer = 0
    var records: [Record] = []
    var orchestratorRecords: Int64 = 0
    var tracker: OutstandingTracker
    var gates: [Link: [String: SimulatedFault.How]] = [:]
    var masters: [String: Int64] = [:]
    var openSessions: Set<String> = []
    var steps = 0

    /// The most steps of a run: beyond, it counts as one that never ends.
    static let stepsMax = 20_000_000

    /// Something that happens at a time.
    enum Step {
        case event(node: String, incarnation: Int, Event)
        case timer(node: String, incarnation: Int, TimerID, setting: Int)
        case arrival(connection: Int, from: SimulatedConnection.Side, SimulatedConnection.Parcel)
        case call(connection: Int)
        case fault(Int)
        case heal(Int)
        case restart(node: String)
    }

    /// A connection as one incarnation of a node numbers it.
    struct Endpoint: Hashable {
        var node: String
        var connection: ConnectionID
    }

    /// Makes a simulation of a plan.
    public init(_ plan: SimulationPlan) {
        precondition((1...12).contains(plan.servers), "servers must be 1...12, got \(plan.servers)")
        precondition(plan.clients >= 1, "clients must be 1 or more, got \(plan.clients)")
        self.plan = plan
        random = SeededGenerator(seed: plan.seed, stream: "simulation")
        tracker = OutstandingTracker(hold: plan.hold)
    }

    /// Runs a plan to its end and judges it.
    public static func run(_ plan: SimulationPlan) -> SimulationResult {
        var simulation = Simulation(plan)
        return simulation.run()
    }

    // MARK: Time

    /// Does what happens until a time, or until something is so.
    @discardableResult
    mutating func advance(
        until end: Instant,
        unless isOver: (Self) -> Bool = { _ in false }
    ) -> Bool {
        while let time = queue.nextTime, time <= end {
            guard steps < Self.stepsMax, let (time, step) = queue.next() else { return false }
            steps += 1
            now = time
            perform(step)
            if isOver(self) { return true }
        }
        now = max(now, end)
        return isOver(self)
    }

    private mutating func perform(_ step: Step) {
        switch step {
        case .event(let node, let incarnation, let event):
            tell(node, incarnation, event)
        case .timer(let node, let incarnation, let timer, let setting):
            guard nodes[node]?.incarnation == incarnation,
                nodes[node]?.timers[timer] == setting
            else { return }
            nodes[node]?.timers[timer] = nil
            tell(node, incarnation, .timer(timer))
        case .arrival(let connection, let side, let parcel):
            arrive(connection, from: side, parcel)
        case .call(let connection):
            call(connection)
        case .fault(let number):
            apply(number)
        case .heal(let number):
            heal(number)
        case .restart(let node):
            restart(node)
        }
    }

    // MARK: Nodes

    mutating func tell(_ name: String, _ incarnation: Int, _ event: Event) {
        guard let node = nodes[name], node.isRunning, node.incarnation == incarnation else {
            return
        }
        if case .received(let connection, _) = event,
            places[Endpoint(node: name, connection: connection)] == nil
        {
            return
        }
        let limit = node.diesAfter
        let effects = node.receive(event, now: now)
        for effect in limit.map({ Array(effects.prefix($0)) }) ?? effects {
            perform(effect, of: name, incarnation)
        }
        if limit != nil { die(name) }
    }

    private mutating func perform(_ effect: Effect, of name: String, _ incarnation: Int) {
        switch effect {
        case .send(let connection, let frame):
            send(name, connection, frame)
        case .broadcast(let connections, let frame):
            for connection in connections { send(name, connection, frame) }
        case .close(let connection), .abort(let connection):
            close(name, connection)
        case .allow, .setReading:
            // The simulated network has no limits and no buffers to fill.
            break
        case .dial(let dial, let address):
            self.dial(name, incarnation, dial, address)
        case .setTimer(let timer, let duration):
            lastTimer += 1
            nodes[name]?.timers[timer] = lastTimer
            queue.add(
                .timer(node: name, incarnation: incarnation, timer, setting: lastTimer),
                at: now + duration
            )
        case .cancelTimer(let timer):
            nodes[name]?.timers[timer] = nil
        case .record(let kind, let fields, let instant):
            write(name, kind, fields, at: instant ?? now)
        case .show:
            break
        case .ready:
            guard nodes[name]?.isReady == false else { return }
            nodes[name]?.isReady = true
            orchestrate(.ready, [.target: name, .targetIncarnation: String(incarnation)])
        case .exit(let status):
            exit(name, status)
        }
    }

    // MARK: Records

    mutating func write(
        _ name: String,
        _ kind: EventKind,
        _ fields: FieldValues,
        at time: Instant
    ) {
        guard let node = nodes[name] else { return }
        add(name, node.incarnation, node.records, kind, fields, time)
        node.records += 1
        if kind == .roleChanged {
            masters[name] = nil
            if fields[.role] == ServerRole.master.rawValue {
                masters[name] = fields.integer(.epoch) ?? 0
            }
        } else if kind == .loginOK {
            openSessions.insert(name)
        } else if kind == .sessionEnded {
            openSessions.remove(name)
        }
    }

    mutating func orchestrate(_ kind: EventKind, _ fields: FieldValues) {
        add("orchestrator", 0, orchestratorRecords, kind, fields, now)
        orchestratorRecords += 1
    }

    private mutating func add(
        _ node: String,
        _ incarnation: Int,
        _ sequence: Int64,
        _ kind: EventKind,
        _ fields: FieldValues,
        _ time: Instant
    ) {
        let record = Record(
            run: "simulation-\(plan.seed)",
            node: node,
            incarnation: incarnation,
            sequence: sequence,
            time: time,
            event: kind,
            fields: fields,
            journalSequence: UInt64(records.count + 1)
        )
        records.append(record)
        tracker.add(record)
    }
}
