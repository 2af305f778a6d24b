import Evidence

/// The sends and deliveries of each client incarnation in their order, by segment: one incarnation as one
/// user until it says that it begins another stream.
///
/// A delivery that nothing sent explains (D3) is left out. Time and memory: linear in the records.
struct CausalTimelines {
    /// A send or a delivery.
    struct Event {
        var segment: Int32
        var message: Int32
        var isSend: Bool
    }

    /// The events of each incarnation that has any.
    private(set) var events: [[Event]] = []
    /// The sends, incarnation by incarnation: message and segment.
    private(set) var sends: [(message: Int, segment: Int)] = []
    private var lanesOfSegments: [Int32] = []
    private var lanes: Int32 = 0

    /// Goes through all records of clients once.
    init(_ history: History) {
        let users = Dictionary(
            history.users.enumerated().map { ($0.element.name, $0.offset) }
        ) { first, _ in first }
        let messages = Self.messagesByRecord(history)
        for incarnation in history.incarnations {
            var segments: [Int: Int32] = [:]
            var own: [Event] = []
            // The user of the record before, and what says so; mostly it is the same.
            var last: (name: RecordTable.Code?, session: RecordTable.Code?, user: Int)?
            for index in incarnation.records {
                let event = history.records.event(index)
                if event == .streamStarted,
                    let user = history.records.text(index, .user).flatMap({ users[$0] })
                {
                    segments[user] = nil
                }
                guard messages[index] >= 0 else { continue }
                let isSend = event == .send
                let name = history.records.code(index, .user)
                let session = history.records.code(index, .session)
                let user: Int
                if let last, last.name == name, last.session == session {
                    user = last.user
                } else {
                    let text = Self.user(index, history, incarnation.id)
                    user = text.flatMap { users[$0] } ?? -1
                    last = (name, session, user)
                }
                let segment = segments[user] ?? Int32(lanesOfSegments.count)
                if segments[user] == nil {
                    segments[user] = segment
                    lanesOfSegments.append(-1)
                }
                own.append(Event(segment: segment, message: messages[index], isSend: isSend))
                if isSend { sends.append((Int(messages[index]), Int(segment))) }
            }
            if !own.isEmpty { events.append(own) }
        }
    }

    /// The lane of a segment that sends; a new one where it has none yet.
    mutating func lane(of segment: Int) -> Int {
        if lanesOfSegments[segment] < 0 {
            lanesOfSegments[segment] = lanes
            lanes += 1
        }
        return Int(lanesOfSegments[segment])
    }

    /// The lane of a segment; nil where it never sends.
    func knownLane(of segment: Int32) -> Int? {
        let lane = lanesOfSegments[Int(segment)]
        return lane < 0 ? nil : Int(lane)
    }

    /// For each record the message that it sends or delivers, or −1.
    private static func messagesByRecord(_ history: History) -> [Int32] {
        var result = [Int32](repeating: -1, count: history.records.count)
        for (place, message) in history.messages.enumerated() {
            guard let invoke = message.invoke else { continue }
            result[invoke] = Int32(place)
            for delivery in message.deliveries {
                let record = history.deliveries[delivery].record
                if !history.precedes(record, invoke) { result[record] = Int32(place) }
            }
        }
        return result
    }

    /// The user's name as a history has it: each anonymous connection is a user of its own.
    private static func user(
        _ index: Int,
        _ history: History,
        _ incarnation: NodeIncarnation
    ) -> String? {
        let name = history.records.text(index, .user)
        guard let name, name == History.anonymous else { return name }
        let session = history.records.text(index, .session) ?? ""
        return "\(name)@\(incarnation.node)/\(incarnation.incarnation)/\(session)"
    }
}
