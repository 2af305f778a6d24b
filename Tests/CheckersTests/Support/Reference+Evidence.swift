import Evidence

/// P1, E1 and E2 by brute force.
extension Reference {
    /// P1: how many processes ended by themselves or wrote a sanitizer's mark.
    func misbehaved() -> Int {
        records.count { record in
            record.event == .exited && ["exit", "signal"].contains(record[.cause] ?? "")
                || record.event == .output && (record[.line] ?? "").contains("AddressSanitizer")
        }
    }

    /// E1: whether nothing is missing, and nothing contradicts anything.
    func isWhole() -> Bool { isThere() && doubted().isEmpty }

    private func isThere() -> Bool {
        guard records.contains(where: { $0.event == .barrier }),
            records.contains(where: { $0.event == .runStarted })
        else { return false }
        var last: [String: Int] = [:]
        for record in records {
            last[record.node] = max(last[record.node] ?? 0, record.incarnation)
            if let target = record[.target], let number = record.integer(.targetIncarnation) {
                last[target] = max(last[target] ?? 0, Int(number))
            }
        }
        return last.allSatisfy { node, latest in
            (0...latest).allSatisfy { isWhole(node, $0) }
        }
    }

    private func isWhole(_ node: String, _ incarnation: Int) -> Bool {
        let own = records.filter { $0.node == node && $0.incarnation == incarnation }
        guard own.map(\.sequence).sorted() == (0..<Int64(own.count)).map({ $0 }) else {
            return false
        }
        if let closed = own.first(where: { $0.event == .closed }) {
            return closed.integer(.count) == Int64(own.count)
        }
        if node == "orchestrator" { return true }
        let exited = records.first {
            $0.event == .exited && $0[.target] == node
                && $0.integer(.targetIncarnation) == Int64(incarnation)
        }
        guard let accepted = exited?.integer(.accepted) else { return false }
        return accepted == Int64(own.count) || accepted == Int64(own.count) - 1
    }

    /// E2: the faults that were not applied, not seen in force or not seen healed.
    func invalidFaults() -> Set<String> {
        Set(records.compactMap { $0[.fault] }).filter { fault in
            let own = records.filter { $0[.fault] == fault }
            let kinds = Set(own.map(\.event))
            guard kinds.contains(.faultApplied), kinds.contains(.faultVerified) else { return true }
            let ended = own.filter { $0.event == .exited }
            if own.contains(where: { $0[.faultKind] == "kill" }) {
                return ended.contains { exited in
                    let next = (exited.integer(.targetIncarnation) ?? 0) + 1
                    func told(_ event: EventKind) -> Bool {
                        records.contains {
                            $0.event == event && $0[.target] == exited[.target]
                                && $0.integer(.targetIncarnation) == next
                        }
                    }
                    return told(.spawned) && !told(.ready)
                }
            }
            return !kinds.contains(.faultHealVerified)
        }
    }
}
