import Checkers
import Evidence
import Messaging

/// A whole cluster with its clients in one thread, from one seed: simulated time, links and crashes.
///
/// The same plan gives the same run, record for record.
public struct Simulation {
    let plan: SimulationPlan
    /// Servers first, then clients: a node's place.
    let names: [String]
    let runID: String
    let secret: String
    var delays: SeededGenerator
    var now = Instant(nanoseconds: 1_000_000_000)
    var queue = EventQueue<Step>()
    var nodes: [SimulatedNode?]
    var connections: [SimulatedConnection] = []
    /// By a connection's number: which one it is, and which side of it.
    var places: [(index: Int, side: SimulatedConnection.Side)?] = [nil]
    var connectionsOf: [[Int]]
    var lastTimer = 0
    var records: [Record] = []
    var orchestratorRecords: Int64 = 0
    var tracker: OutstandingTracker
    /// Faults on links, by place of the link.
    var gates: [Int: [String: SimulatedFault.How]] = [:]
    /// How much longer links take, by place of the link and by fault.
    var lags: [Int: [String: Duration]] = [:]
    /// The links of each fault that is in force.
    var linksOfFault: [String: [Link]] = [:]
    /// The node that each fault on a process is on, until it is healed.
    var targetOfFault: [String: String] = [:]
    /// Faults that are in force or to come.
    var openFaults = 0
    /// The cuts between servers that are in force, by number of the fault.
    var openCuts: Set<Int> = []
    /// Since when servers are aside: the first of cuts that follow on one another; nil: all have met.
    var asideSince: Instant?
    var mastersOfEpoch: [Int64: String] = [:]
    var marks = MarkSet()
    var steps = 0
    /// The first invariant that was broken: it ends the run.
    var broken: String?
    var isStalled = false
    /// The disks of servers, by place.
    var disks: [Int: SimulatedDisk] = [:]

    /// The most steps of a run: beyond, it counts as one that never ends.
    static let stepsMax = 20_000_000

    /// Something that happens at a time.
    enum Step {
        case event(node: Int, incarnation: Int, Event)
        case timer(node: Int, incarnation: Int, TimerID, setting: Int)
        case arrival(connection: Int, from: SimulatedConnection.Side, SimulatedConnection.Parcel)
        case read(connection: Int, from: SimulatedConnection.Side)
        case call(connection: Int)
        case fault(Int, attempt: Int)
        case heal(Int)
        case killCutOff(Int, node: Int)
        case lookAside
        case start(node: Int)
        case restart(node: Int)
        case stored(node: Int, incarnation: Int, StoreTicket)
    }

    /// Makes a simulation of a plan.
    public init(_ plan: SimulationPlan) {
        precondition((1...12).contains(plan.servers), "servers must be 1...12, got \(plan.servers)")
        precondition(plan.clients >= 1, "clients must be 1 or more, got \(plan.clients)")
        self.plan = plan
        names =
            (1...plan.servers).map { "server.\($0)" }
            + (1...plan.clients + plan.twins).map { "client.\($0)" }
        runID = "simulation-\(plan.seed)"
        secret = "secret-\(plan.seed)"
        delays = SeededGenerator(seed: plan.seed, stream: "simulation.delays")
        nodes = Array(repeating: nil, count: names.count)
        connectionsOf = Array(repeating: [], count: names.count)
        tracker = OutstandingTracker(hold: plan.hold)
        for (link, lag) in plan.slowLinks {
            guard let from = place(link.from), let to = place(link.to) else { continue }
            lags[self.link(from, to)] = ["plan": lag]
        }
    }

    /// Runs a plan to its end; `judge` of the result says what came of it.
    public static func run(_ plan: SimulationPlan) -> SimulationResult {
        var simulation = Simulation(plan)
        return simulation.run()
    }

    var serverPlaces: Range<Int> { 0..<plan.servers }
    /// The clients that stay to the end.
    var clientPlaces: Range<Int> { plan.servers..<plan.servers + plan.clients }
    /// The clients that log in as users of others.
    var twinPlaces: Range<Int> { clientPlaces.upperBound..<names.count }

    func place(_ name: String) -> Int? { names.firstIndex(of: name) }

    /// The place of a directed link.
    func link(_ from: Int, _ to: Int) -> Int { from * names.count + to }

    // MARK: Time

    /// Does what happens until a time, or until something is so.
    @discardableResult
    mutating func advance(
        until end: Instant,
        unless isOver: (Self) -> Bool = { _ in false }
    ) -> Bool {
        while let time = queue.nextTime, time <= end, broken == nil {
            guard steps < Self.stepsMax else {
                broken = "the run does not end: \(steps) steps"
                break
            }
            guard let (time, step) = queue.next() else { break }
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
        case .read(let connection, let side):
            read(connection, from: side)
        case .call(let connection):
            call(connection)
        case .fault(let number, let attempt):
            apply(number, attempt)
        case .heal(let number):
            heal(number)
        case .killCutOff(let number, let node):
            killCutOff(number, node)
        case .lookAside:
            lookAside()
        case .start(let node):
            start(node, incarnation: 0, isFirst: false)
        case .restart(let node):
            restart(node)
        case .stored(let node, let incarnation, let ticket):
            stored(node, incarnation, ticket)
        }
    }

    // MARK: Nodes

    mutating func tell(_ place: Int, _ incarnation: Int, _ event: Event) {
        guard let node = nodes[place], node.isRunning, node.incarnation == incarnation else {
            return
        }
        switch event {
        case .received(let connection, _), .written(let connection):
            guard places[Int(connection.number)] != nil else { return }
        case .started, .connected, .dialFailed, .closed, .timer, .stored, .storeFailed, .hashed,
            .control:
            break
        }
        step(place, node) { [now] in $0.receive(event, now: now) }
    }

    /// Lets a node do something, and does what it says.
    mutating func step(_ place: Int, _ node: SimulatedNode, _ receive: (SimulatedNode) -> [Effect])
    {
        let limit = node.diesAfter
        let effects = receive(node)
        if plan.checksInvariants, limit == nil { watch(node, place) }
        for effect in limit.map({ Array(effects.prefix($0)) }) ?? effects {
            perform(effect, of: place, node)
        }
        if limit != nil { die(place) }
    }

    private mutating func perform(_ effect: Effect, of place: Int, _ node: SimulatedNode) {
        switch effect {
        case .send(let connection, let frame):
            send(frame.lines, to: [connection])
        case .broadcast(let connections, let frame):
            send(frame.lines, to: connections)
        case .close(let connection), .abort(let connection):
            close(connection)
        case .confirmWritten(let connection):
            queue.add(
                .event(node: place, incarnation: node.incarnation, .written(connection)),
                at: now + plan.delayMin
            )
        case .allow, .setReading:
            // The simulated network has no limits and no buffers to fill.
            break
        case .dial(let dial, let address):
            self.dial(place, node.incarnation, dial, address)
        case .setTimer(let timer, let duration):
            lastTimer += 1
            node.timers[timer] = lastTimer
            queue.add(
                .timer(node: place, incarnation: node.incarnation, timer, setting: lastTimer),
                at: now + duration
            )
        case .cancelTimer(let timer):
            node.timers[timer] = nil
        case .record(let kind, let fields, let instant):
            write(node, kind, fields, at: instant ?? now)
        case .store(let ticket, let operations):
            store(place, node.incarnation, ticket, operations)
        case .hash(let ticket, let request):
            // Cheap, and as good as a slow one to those who only compare.
            let text = Digest(user: "salt", secret: request.secret).description
            queue.add(
                .event(node: place, incarnation: node.incarnation, .hashed(ticket, text)),
                at: now + plan.delayMin
            )
        case .show, .takeLine:
            break
        case .ready:
            guard !node.isReady else { return }
            node.isReady = true
            orchestrate(
                .ready,
                [.target: node.name, .targetIncarnation: String(node.incarnation)]
            )
        case .exit(let status):
            exit(place, status)
        }
    }

    // MARK: Records

    mutating func write(
        _ node: SimulatedNode,
        _ kind: EventKind,
        _ fields: FieldValues,
        at time: Instant
    ) {
        add(node.name, node.incarnation, node.records, kind, fields, time)
        node.records += 1
        if kind == .loginOK {
            node.hasSession = true
        } else if kind == .sessionEnded {
            node.hasSession = false
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
            run: runID,
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

extension Frame {
    /// Its lines, without their ends.
    fileprivate var lines: [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
