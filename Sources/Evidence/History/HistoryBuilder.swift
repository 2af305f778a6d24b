/// Builds a history: groups the records, then reads them writer by writer.
struct HistoryBuilder {
    let records: RecordTable
    let conflicts: [RecordReference]
    /// The runs of all that was read, also of what is not believed.
    let runs: [String]
    var incarnations: [History.Incarnation]
    var users: [History.User] = []
    var operations: [History.Operation] = []
    var sessions: [History.Session] = []
    var messages: [History.Message] = []
    var deliveries: [History.Delivery] = []
    var faults: [History.Fault] = []
    var phases: [History.PhaseEntry] = []
    var roles: [History.RoleChange] = []
    var drain = History.Drain()
    let start: Instant
    let end: Instant

    var incarnationsByID: [NodeIncarnation: Int] = [:]
    var usersByName: [RecordTable.Code: Int] = [:]
    var anonymousUsers: [String: Int] = [:]
    var operationsByID: [Key: Int] = [:]
    var sessionsByID: [Key: Int] = [:]
    /// The message of each text, or −1.
    var messagesByText: [Int32]
    var streams = TextPool()
    var faultsByID: [String: Int] = [:]
    /// The text `anonymous`.
    let anonymous: RecordTable.Code?
    /// When the last drain ended; nil where none did.
    let drainUntil: Instant?
    var lastSession: (key: Key, session: Int)?
    /// The user of each session, as its first record writes it.
    var sessionNames: [RecordTable.Code] = []
    /// The last step of each fault, wherever it is on.
    var faultSteps: [FaultPlace: FaultStep] = [:]
    /// Of each session its first `session-ended`.
    var endedBy: [Int?] = []
    /// The records of what comes once in a run, with the incarnations that wrote them.
    var course: [(record: Int, phase: RunPhase?, place: Int)] = []
    /// Of each incarnation that writes of the run, its processes or faults, its first such record.
    var authors: [(place: Int, record: Int)] = []
    var contradictions = Contradictions()

    /// A name that is unique in one incarnation only; 0 is no name.
    struct Key: Hashable {
        let incarnation: Int
        let id: RecordTable.Code
    }

    init(table: consuming RecordTable) {
        let ordered = Ordered(table)
        records = ordered.records
        incarnations = ordered.incarnations
        conflicts = ordered.conflicts
        runs = ordered.runs
        for (place, incarnation) in incarnations.enumerated() {
            incarnationsByID[incarnation.id] = place
        }
        start = Instant(nanoseconds: records.times.min() ?? 0)
        end = Instant(nanoseconds: records.times.max() ?? 0)
        messagesByText = [Int32](repeating: -1, count: records.texts.count)
        anonymous = records.code(of: History.anonymous)
        let table = ordered.records
        let drainEnd = table.indices.last { table.event($0) == .drainEnded }
        drainUntil = drainEnd.map { table.time($0) }
    }

    mutating func build() {
        for place in incarnations.indices {
            for index in incarnations[place].records {
                read(index, of: place)
            }
        }
        phases.sort { $0.time < $1.time }
        endProcesses()
        orderDeliveries()
        endFaults()
        checkAuthors()
        checkLives()
        checkFaultEnds()
        drain.from = phases.last { $0.phase == .drain }?.time
    }

    /// Reads one record; what a kind means to a history is in the extensions.
    private mutating func read(_ index: Int, of place: Int) {
        switch records.event(index) {
        case .register, .login:
            invoke(index, place)
        case .registerOK, .registerFail, .registerInfo, .loginFail, .loginInfo:
            complete(index, place)
        case .loginOK:
            complete(index, place)
            open(index, place)
        case .logout, .sessionEnded:
            endSession(index, place)
        case .alive:
            showAlive(index, place)
        case .send, .ack, .sendFail, .sendInfo:
            readSend(index, place)
        case .confirmed:
            confirm(index, place)
        case .deliver:
            deliver(index, place)
        case .closed:
            incarnations[place].closed = once(incarnations[place].closed, index, place, of: place)
        case .roleChanged:
            changeRole(records[index], index, place)
        case .spawned, .ready, .exited:
            tellsOfRun(index, place)
            readProcess(records[index], index, place)
        case .runStarted, .barrier:
            tellsOfRun(index, place)
            checkCourse(index, place)
        case .runCutShort:
            tellsOfRun(index, place)
        case .phase:
            tellsOfRun(index, place)
            checkCourse(index, place)
            if let phase = records.text(index, .phase).flatMap(RunPhase.init) {
                let time = records.time(index)
                phases.append(History.PhaseEntry(phase: phase, time: time, record: index))
            }
        case .drainEnded:
            tellsOfRun(index, place)
            checkCourse(index, place)
            drain.ended = index
            drain.until = records.time(index)
            drain.reason = records.text(index, .reason)
        case .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
            .faultFailed, .faultUnexercised:
            tellsOfRun(index, place)
            readFault(records[index], index, place)
        // A table has none: it holds the deliveries themselves.
        case .deliverBatch,
            .started, .streamStarted, .listening, .epochChanged, .peerRaised,
            .peerAdmitted, .peerRefused, .peerListed, .peerLost, .linkLost, .supervisorChanged,
            .supervisorLost, .redirectDecided, .registered, .loginHeld,
            .stored, .forwarded, .acknowledged, .dropped, .storeFailed, .limitExceeded,
            .output,
            .journalRestarted, .linkCut, .linkHealed, .messageDropped,
            .messageDuplicated, .messageReordered:
            break
        }
    }
}
