import Evidence

/// Whose records contradict others, by brute force: each record is held against all others.
extension Reference {
    /// The starts of nodes that wrote, or are told of by, records that cannot all be true.
    func doubted() -> Set<NodeIncarnation> {
        var found = Set<NodeIncarnation>()
        for record in records where isStrange(record) {
            found.insert(NodeIncarnation(node: record.node, incarnation: record.incarnation))
        }
        for record in records where record.event == .send {
            for other in records
            where other.event == .send && other[.message] == record[.message]
                && other.node != record.node
            {
                found.insert(
                    NodeIncarnation(node: record.node, incarnation: record.incarnation)
                )
            }
        }
        let owner = records.first { $0.event == .runStarted }
        for record in records where Self.ofRun.contains(record.event) {
            guard let owner, record.node != owner.node else { continue }
            for one in [record, owner] {
                found.insert(NodeIncarnation(node: one.node, incarnation: one.incarnation))
            }
        }
        let ends: [EventKind] = [.spawned, .exited]
        for record in records where ends.contains(record.event) {
            guard let told = target(record),
                records.contains(where: {
                    $0.event == record.event && target($0) == told
                        && ($0.node, $0.incarnation, $0.sequence)
                            != (record.node, record.incarnation, record.sequence)
                })
            else { continue }
            found.formUnion([
                told, NodeIncarnation(node: record.node, incarnation: record.incarnation),
            ])
        }
        return found
    }

    private static let ofRun: [EventKind] = [
        .runStarted, .runCutShort, .phase, .spawned, .ready, .exited, .drainEnded, .barrier,
        .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
        .faultFailed, .faultUnexercised,
    ]

    private func target(_ record: Record) -> NodeIncarnation? {
        guard let node = record[.target], let number = record.integer(.targetIncarnation) else {
            return nil
        }
        return NodeIncarnation(node: node, incarnation: Int(number))
    }

    private func isStrange(_ record: Record) -> Bool {
        let earlier = records.filter {
            $0.node == record.node && $0.incarnation == record.incarnation
                && $0.sequence < record.sequence
        }
        return isOutsideLife(record) || isStrangeEnd(record, earlier)
            || isStrangeInSession(record, earlier) || isStrangeOfRun(record)
            || earlier.contains { $0.event == .closed }
    }

    private func isOutsideLife(_ record: Record) -> Bool {
        let id = NodeIncarnation(node: record.node, incarnation: record.incarnation)
        return records.contains {
            target($0) == id
                && ($0.event == .spawned && record.time < $0.time
                    || $0.event == .exited && record.time > $0.time)
        }
    }

    /// Of operations and sends: what ends must have been asked for, and not have ended the other way.
    private func isStrangeEnd(_ record: Record, _ earlier: [Record]) -> Bool {
        let registers: [EventKind] = [.register, .registerOK, .registerFail, .registerInfo]
        let logins: [EventKind] = [.login, .loginOK, .loginFail, .loginInfo]
        let sends: [EventKind] = [.send, .ack, .sendFail, .sendInfo]
        guard let kinds = [registers, logins, sends].first(where: { $0.contains(record.event) })
        else { return false }
        let same: [Record]
        if kinds == sends {
            same = records.filter {
                sends.contains($0.event) && $0[.message] == record[.message]
                    && $0.node == record.node
                    && ($0.incarnation, $0.sequence) < (record.incarnation, record.sequence)
            }
        } else {
            same = earlier.filter { $0[.operation] != nil && $0[.operation] == record[.operation] }
            if same.contains(where: {
                $0[.user] != record[.user] || !kinds.contains($0.event)
            }) {
                return true
            }
        }
        if record.event == kinds[0] { return false }
        let asked = same.count { $0.event == kinds[0] }
        let failed = same.count { $0.event == kinds[2] }
        if asked == 0 { return true }
        if record.event == kinds[1] { return failed >= asked }
        return record.event == kinds[2] && same.contains { $0.event == kinds[1] }
            && failed + 1 >= asked
    }

    private func isStrangeInSession(_ record: Record, _ earlier: [Record]) -> Bool {
        guard let session = record[.session] else { return false }
        let same = earlier.filter { $0[.session] == session }
        if let first = same.first, first[.user] != record[.user] { return true }
        let opened = same.first { $0.event == .loginOK }
        if record.event == .loginOK { return opened != nil }
        guard let opened else { return true }
        if record.event != .sessionEnded, same.contains(where: { $0.event == .sessionEnded }) {
            return true
        }
        guard record.event == .alive, let since = record.integer(.since) else { return false }
        let login = earlier.first { $0.event == .login && $0[.operation] == opened[.operation] }
        return since > record.time.nanoseconds
            || login.map { since < $0.time.nanoseconds } ?? false
    }

    private func isStrangeOfRun(_ record: Record) -> Bool {
        let once: [EventKind] = [.runStarted, .drainEnded, .barrier]
        let order = ["start", "workload", "heal", "return", "drain", "stop"]
        return records.contains {
            guard $0.sequence != record.sequence, $0.node == record.node else { return false }
            if once.contains(record.event) { return $0.event == record.event }
            guard record.event == .phase, $0.event == .phase, $0.sequence < record.sequence,
                let own = order.firstIndex(of: record[.phase] ?? ""),
                let other = order.firstIndex(of: $0[.phase] ?? "")
            else { return false }
            return other >= own
        }
    }
}
