import Evidence

/// When a client ran, stayed away by its own will, and was served. Linear in the clients' records.
struct ClientPresence {
    /// The client's node.
    let node: String
    private var running: [ClosedRange<Instant>] = []
    private var away: [ClosedRange<Instant>] = []
    /// When requests that were answered were sent, or completed; in order.
    private var served: [Instant] = []

    /// All clients that ever logged in.
    static func all(_ context: CheckContext) -> [ClientPresence] {
        var result: [ClientPresence] = []
        for incarnation in context.history.incarnations
        where context.role(of: incarnation.id.node) == .clients {
            if result.last?.node != incarnation.id.node {
                result.append(ClientPresence(node: incarnation.id.node))
            }
            result[result.count - 1].add(incarnation, context.history)
        }
        for place in result.indices { result[place].served.sort() }
        return result.filter { !$0.running.isEmpty }
    }

    private init(node: String) {
        self.node = node
    }

    private mutating func add(_ incarnation: History.Incarnation, _ history: History) {
        var began: Instant?
        var leftAt: Instant?
        // Who it is: other users' names and secrets are tried by intruders.
        var own: (user: RecordTable.Code?, secret: RecordTable.Code?)?
        let records = history.records
        for index in incarnation.records {
            let event = records.event(index)
            // What most records are is of no matter here.
            if event == .deliver || event == .send || event == .confirmed { continue }
            let time = records.time(index)
            if event == .login {
                began = began ?? time
                guard let own, records.code(index, .user) == own.user,
                    records.code(index, .secret) == own.secret
                else { continue }
                if let left = leftAt { away.append(left...max(left, time)) }
                leftAt = nil
            } else if event == .loginOK {
                if own == nil {
                    own = (records.code(index, .user), records.code(index, .secret))
                }
                if records.code(index, .user) == own?.user { served.append(time) }
            } else if event == .logout || event == .sessionEnded {
                let isWill = event == .logout || records.text(index, .reason) == "left"
                if isWill, records.code(index, .user) == own?.user { leftAt = leftAt ?? time }
            } else if event == .ack {
                served.append(time)
            } else if event == .alive {
                served.append(Instant(nanoseconds: records.integer(index, .since) ?? 0))
            }
        }
        guard let began else { return }
        let end = incarnation.end ?? history.end
        running.append(began...max(began, end))
        if let left = leftAt { away.append(left...max(left, end)) }
    }

    /// Whether it ran all the while.
    func exists(_ window: ClosedRange<Instant>) -> Bool {
        running.contains {
            $0.lowerBound <= window.lowerBound && window.upperBound < $0.upperBound
        }
    }

    /// Whether it ran all the while and wanted to be there.
    func shouldBeThere(_ window: ClosedRange<Instant>) -> Bool {
        exists(window) && !away.contains { $0.overlaps(window) }
    }

    /// Whether a request was answered that was sent, or an operation ended ok, in this time.
    func wasServed(_ window: ClosedRange<Instant>) -> Bool {
        let place = served.partitioningIndex { $0 > window.lowerBound }
        return place < served.count && served[place] <= window.upperBound
    }
}
