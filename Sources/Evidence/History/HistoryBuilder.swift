/// Builds a history: groups the records, then reads them writer by writer.
struct HistoryBuilder {
    private(set) var records: [Record] = []
    private(set) var conflicts: [Int] = []
    var incarnations: [History.Incarnation] = []
    var users: [History.User] = []
    var operations: [History.Operation] = []
    var sessions: [History.Session] = []
    var messages: [History.Message] = []
    var deliveries: [History.Delivery] = []
    var faults: [History.Fault] = []
    var phases: [History.PhaseEntry] = []
    var roles: [History.RoleChange] = []
    var drain = History.Drain()
    private(set) var start = Instant.zero
    private(set) var end = Instant.zero

    var incarnationsByID: [NodeIncarnation: Int] = [:]
    var usersByName: [String: Int] = [:]
    var operationsByID: [Key: Int] = [:]
    var sessionsByID: [Key: Int] = [:]
    var messagesByText: [String: Int] = [:]
    var streamsByText: [String: Int] = [:]
    var faultsByID: [String: Int] = [:]

    /// A name that is unique in one incarnation only.
    struct Key: Hashable {
        let incarnation: Int
        let id: String
    }

    init(records unsorted: [Record]) {
        var groups: [NodeIncarnation: [Int]] = [:]
        for (index, record) in unsorted.enumerated() {
            let id = NodeIncarnation(node: record.node, incarnation: record.incarnation)
            groups[id, default: []].append(index)
        }
        // Starts that only the orchestrator tells of have no records of their own.
        for record in unsorted {
            guard let target = record[.target],
                let incarnation = record.integer(.targetIncarnation)
            else { continue }
            let id = NodeIncarnation(node: target, incarnation: Int(incarnation))
            if groups[id] == nil {
                groups[id] = []
            }
        }
        records.reserveCapacity(unsorted.count)
        for id in groups.keys.sorted() {
            var group = groups[id] ?? []
            if !group.indices.dropFirst().allSatisfy({
                unsorted[group[$0 - 1]].sequence < unsorted[group[$0]].sequence
            }) {
                group.sort {
                    let (left, right) = (unsorted[$0], unsorted[$1])
                    return (left.sequence, left.journalSequence, $0)
                        < (right.sequence, right.journalSequence, $1)
                }
            }
            let first = records.count
            for index in group {
                append(unsorted[index], groupStart: first)
            }
            incarnationsByID[id] = incarnations.count
            incarnations.append(History.Incarnation(id: id, records: first..<records.count))
        }
        start = records.map(\.time).min() ?? .zero
        end = records.map(\.time).max() ?? .zero
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
        drain.from = phases.last { $0.phase == .drain }?.time
    }

    /// Adds a record unless it is there; another one in the same place is a conflict.
    private mutating func append(_ record: Record, groupStart: Int) {
        guard let last = records.last, records.count > groupStart,
            last.sequence == record.sequence
        else {
            records.append(record)
            return
        }
        var copy = record
        copy.journalSequence = last.journalSequence
        if copy != last {
            conflicts.append(records.count - 1)
        }
    }

    /// Reads one record; what a kind means to a history is in the extensions.
    private mutating func read(_ index: Int, of place: Int) {
        let record = records[index]
        switch record.event {
        case .register, .login:
            invoke(record, index, place)
        case .registerOK, .registerFail, .registerInfo, .loginFail, .loginInfo:
            complete(record, index, place)
        case .loginOK:
            complete(record, index, place)
            open(record, index, place)
        case .logout, .sessionEnded:
            endSession(record, index, place)
        case .alive:
            showAlive(record, place)
        case .send, .ack, .sendFail, .sendInfo:
            readSend(record, index, place)
        case .confirmed:
            confirm(record, index, place)
        case .deliver:
            deliver(record, index, place)
        case .closed:
            incarnations[place].closed = index
        case .roleChanged:
            changeRole(record, index, place)
        case .spawned, .ready, .exited:
            readProcess(record, index)
        case .phase:
            if let phase = record[.phase].flatMap(RunPhase.init) {
                phases.append(History.PhaseEntry(phase: phase, time: record.time, record: index))
            }
        case .drainEnded:
            drain.ended = index
            drain.until = record.time
            drain.reason = record[.reason]
        case .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
            .faultFailed, .faultUnexercised:
            readFault(record, index)
        case .started, .streamStarted, .listening, .epochChanged, .peerRaised,
            .peerAdmitted, .peerRefused, .peerListed, .peerLost, .linkLost, .supervisorChanged,
            .supervisorLost, .redirectDecided, .registered, .loginHeld,
            .stored, .forwarded, .acknowledged, .dropped, .storeFailed, .limitExceeded, .runStarted,
            .runCutShort,
            .output,
            .journalRestarted, .barrier, .linkCut, .linkHealed, .messageDropped,
            .messageDuplicated, .messageReordered:
            break
        }
    }
}
