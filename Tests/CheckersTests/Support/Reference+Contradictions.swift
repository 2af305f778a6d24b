import Evidence

/// Whose records contradict others, by brute force: each record is held against all others of its writer, its
/// message, or the run.
extension Reference {
    /// The records, by what they may contradict.
    private struct Groups {
        var ofWriter: [NodeIncarnation: [Record]] = [:]
        var ofMessage: [String: [Record]] = [:]
        var ofRun: [Record] = []

        init(_ records: [Record]) {
            for record in records {
                ofWriter[Reference.writer(record), default: []].append(record)
                if Reference.sendKinds.contains(record.event), let message = record[.message] {
                    ofMessage[message, default: []].append(record)
                }
                if Reference.ofRun.contains(record.event) { ofRun.append(record) }
            }
        }
    }

    private static func writer(_ record: Record) -> NodeIncarnation {
        NodeIncarnation(node: record.node, incarnation: record.incarnation)
    }

    private static let sendKinds: [EventKind] = [.send, .ack, .sendFail, .sendInfo]

    /// The starts of nodes that wrote, or are told of by, records that cannot all be true.
    func doubted() -> Set<NodeIncarnation> {
        var found = Set<NodeIncarnation>()
        let groups = Groups(records)
        for record in records where isStrange(record, groups) {
            found.insert(Self.writer(record))
        }
        for group in groups.ofMessage.values {
            let sends = group.filter { $0.event == .send }
            guard sends.contains(where: { $0.node != sends[0].node }) else { continue }
            found.formUnion(sends.map(Self.writer))
        }
        let owner = records.first { $0.event == .runStarted }
        for record in groups.ofRun {
            guard let owner, record.node != owner.node else { continue }
            found.formUnion([record, owner].map(Self.writer))
        }
        let ends: [EventKind] = [.spawned, .exited]
        for record in groups.ofRun where ends.contains(record.event) {
            guard let told = target(record),
                groups.ofRun.contains(where: {
                    $0.event == record.event && target($0) == told
                        && ($0.node, $0.incarnation, $0.sequence)
                            != (record.node, record.incarnation, record.sequence)
                })
            else { continue }
            found.formUnion([told, Self.writer(record)])
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

    private func isStrange(_ record: Record, _ groups: Groups) -> Bool {
        let own = groups.ofWriter[Self.writer(record)] ?? []
        let earlier = own.filter { $0.sequence < record.sequence }
        return isOutsideLife(record, groups.ofRun) || isStrangeEnd(record, earlier, groups)
            || isStrangeInSession(record, earlier) || isStrangeOfRun(record, groups.ofRun)
            || isStrangeOfFault(record, earlier, groups.ofRun)
            || earlier.contains { $0.event == .closed }
    }

    private func isOutsideLife(_ record: Record, _ ofRun: [Record]) -> Bool {
        let id = Self.writer(record)
        return ofRun.contains {
            ($0.event == .spawned && record.time < $0.time
                || $0.event == .exited && record.time > $0.time) && target($0) == id
        }
    }

    /// Of operations and sends: what ends must have been asked for, and not have ended the other way.
    private func isStrangeEnd(_ record: Record, _ earlier: [Record], _ groups: Groups) -> Bool {
        let registers: [EventKind] = [.register, .registerOK, .registerFail, .registerInfo]
        let logins: [EventKind] = [.login, .loginOK, .loginFail, .loginInfo]
        let sends = Self.sendKinds
        guard let kinds = [registers, logins, sends].first(where: { $0.contains(record.event) })
        else { return false }
        let same: [Record]
        if kinds == sends {
            same = (groups.ofMessage[record[.message] ?? ""] ?? []).filter {
                $0.node == record.node
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

    private func isStrangeOfRun(_ record: Record, _ ofRun: [Record]) -> Bool {
        let once: [EventKind] = [.runStarted, .drainEnded, .barrier]
        let order = ["start", "workload", "heal", "return", "drain", "stop"]
        return ofRun.contains {
            guard $0.sequence != record.sequence, $0.node == record.node else { return false }
            if once.contains(record.event) { return $0.event == record.event }
            guard record.event == .phase, $0.event == .phase, $0.sequence < record.sequence,
                let own = order.firstIndex(of: record[.phase] ?? ""),
                let other = order.firstIndex(of: $0[.phase] ?? "")
            else { return false }
            return other >= own
        }
    }

    private static let steps: [EventKind] = [
        .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
    ]

    /// Of faults: one kind each, each step once on whatever it is on, after the ones before it; and who was ended
    /// by one was meant.
    private func isStrangeOfFault(
        _ record: Record,
        _ earlier: [Record],
        _ ofRun: [Record]
    ) -> Bool {
        guard let fault = record[.fault] else { return false }
        if record.event == .exited {
            guard record[.cause] == "injected" else { return false }
            return !ofRun.contains {
                Self.steps.contains($0.event) && $0[.fault] == fault
                    && $0[.target] == record[.target]
            }
        }
        let same = earlier.filter { $0[.fault] == fault && $0.event != .exited }
        if let first = same.first, first[.faultKind] != record[.faultKind] { return true }
        guard let rank = Self.steps.firstIndex(of: record.event) else { return false }
        let there = same.filter {
            $0[.target] == record[.target] && $0[.link] == record[.link]
        }.compactMap { Self.steps.firstIndex(of: $0.event) }
        return rank > 0 && there.isEmpty || there.contains { $0 >= rank }
    }
}
