import Evidence

/// O2 and O3 by brute force: every pair of messages, and the transitive closure of both relations.
extension Reference {
    /// The first delivery of each message to each user, by user, in order.
    private func firsts() -> [String: [Record]] {
        var result: [String: [Record]] = [:]
        for delivery in deliveries {
            let user = user(delivery)
            if result[user, default: []].contains(where: { $0[.message] == delivery[.message] }) {
                continue
            }
            result[user, default: []].append(delivery)
        }
        return result
    }

    private static func close(_ relation: inout [[Bool]]) {
        for middle in relation.indices {
            for from in relation.indices where relation[from][middle] {
                for to in relation.indices where relation[middle][to] {
                    relation[from][to] = true
                }
            }
        }
    }

    /// For each two messages whether the first precedes the second, by place in `sends`.
    func precedence() -> [[Bool]] {
        var relation = [[Bool]](
            repeating: [Bool](repeating: false, count: sends.count),
            count: sends.count
        )
        for (to, send) in sends.enumerated() {
            let invoke = send.invoke
            let own = records.filter {
                $0.node == invoke.node && $0.incarnation == invoke.incarnation
                    && $0.sequence < invoke.sequence && user($0) == user(invoke)
            }
            let begin = own.last { $0.event == .streamStarted }?.sequence ?? -1
            for record in own where record.sequence > begin {
                guard record.event == .send || record.event == .deliver,
                    let from = sends.firstIndex(where: { $0.message == record[.message] })
                else { continue }
                let cause = sends[from].invoke
                let isSameStart =
                    cause.node == record.node && cause.incarnation == record.incarnation
                let isExplained =
                    isSameStart
                    ? cause.sequence <= record.sequence : cause.time <= record.time
                if isExplained { relation[from][to] = true }
            }
        }
        Self.close(&relation)
        return relation
    }

    /// O2: "message user" for each first delivery that comes after one of what the message precedes.
    func uncausal() -> Set<String> {
        let relation = precedence()
        var result: Set<String> = []
        for (user, received) in firsts() {
            for (place, late) in received.enumerated() {
                guard let cause = sends.firstIndex(where: { $0.message == late[.message] }) else {
                    continue
                }
                let isLate = received[..<place].contains { early in
                    sends.firstIndex { $0.message == early[.message] }
                        .map { relation[cause][$0] } ?? false
                }
                if isLate { result.insert("\(late[.message] ?? "") \(user)") }
            }
        }
        return result
    }

    /// O3: the sets of messages that no order fits.
    func knots() -> Set<Set<String>> {
        let names = Array(Set(deliveries.compactMap { $0[.message] })).sorted()
        var relation = [[Bool]](
            repeating: [Bool](repeating: false, count: names.count),
            count: names.count
        )
        for received in firsts().values {
            let places = received.compactMap { record in
                names.firstIndex { $0 == record[.message] }
            }
            for (index, to) in places.enumerated() {
                for from in places[..<index] { relation[from][to] = true }
            }
        }
        Self.close(&relation)
        var result: Set<Set<String>> = []
        for one in names.indices where relation[one][one] {
            let knot = names.indices.filter { relation[one][$0] && relation[$0][one] }
            result.insert(Set(knot.map { names[$0] }))
        }
        return result
    }

    /// O1: "message user" for each first delivery after one with a higher number.
    func disordered() -> Set<String> {
        var result: Set<String> = []
        var firsts: [Record] = []
        // Those of one time in different starts are concurrent; a start's own time never falls.
        var latest: [NodeIncarnation: Instant] = [:]
        var times: [NodeIncarnation: [Int64: Instant]] = [:]
        func start(_ record: Record) -> NodeIncarnation {
            NodeIncarnation(node: record.node, incarnation: record.incarnation)
        }
        for record in deliveries {
            let time = max(latest[start(record)] ?? .zero, record.time)
            latest[start(record)] = time
            times[start(record), default: [:]][record.sequence] = time
        }
        func precedes(_ one: Record, _ other: Record) -> Bool {
            guard start(one) != start(other) else { return one.sequence < other.sequence }
            guard let first = times[start(one)]?[one.sequence],
                let second = times[start(other)]?[other.sequence]
            else { return false }
            return first < second
        }
        for delivery in deliveries
        where !firsts.contains(where: {
            $0[.message] == delivery[.message] && user($0) == user(delivery)
        }) {
            let (stream, number) = Self.split(delivery[.message] ?? "")
            for earlier in firsts
            where user(earlier) == user(delivery) && precedes(earlier, delivery) {
                let other = Self.split(earlier[.message] ?? "")
                if other.0 == stream, other.1 > number {
                    result.insert("\(delivery[.message] ?? "") \(user(delivery))")
                }
            }
            firsts.append(delivery)
        }
        return result
    }
}
