import Evidence

/// S1 and S2 by brute force: what holds in each moment between two records, by looking at all of them.
extension Reference {
    private var serverNames: [String] {
        Set(records.map(\.node)).filter { $0.hasPrefix("server") }.sorted()
    }

    private var stop: Int64 {
        records.first { $0.event == .phase && $0[.phase] == "stop" }?.time.nanoseconds
            ?? records.last?.time.nanoseconds ?? 0
    }

    private func own(_ node: String, _ incarnation: Int) -> [Record] {
        // Sorted by time, and a made-up run's writers never go back in time.
        records.filter { $0.node == node && $0.incarnation == incarnation }
    }

    /// The starts of a server that the orchestrator tells of.
    private func starts(_ node: String) -> [Int] {
        Set(records.filter { $0.node == node }.map(\.incarnation)).sorted()
    }

    /// When a start of a server was over.
    private func over(_ node: String, _ incarnation: Int) -> Int64 {
        own(node, incarnation).first { $0.event == .closed }?.time.nanoseconds
            ?? records.first {
                $0.event == .exited && $0[.target] == node
                    && $0.integer(.targetIncarnation) == Int64(incarnation)
            }?.time.nanoseconds ?? stop
    }

    /// The last record of some kinds that a server's start wrote up to a time, while it ran.
    private func last(_ kinds: [EventKind], _ node: String, at time: Int64) -> Record? {
        for incarnation in starts(node).reversed() {
            let told = own(node, incarnation).last {
                kinds.contains($0.event) && $0.time.nanoseconds <= time
            }
            if let told { return time < over(node, incarnation) ? told : nil }
        }
        return nil
    }

    /// S1: how many transitions are illegal, epochs have two masters, and stretches are wrong.
    func masterFaults(superPeers wanted: Int) -> Int {
        illegalTransitions() + epochsWithTwo() + tooLong { masters(at: $0).count > 1 }
            + tooLong { serving(at: $0) < min(wanted, running(at: $0)) }
    }

    private func illegalTransitions() -> Int {
        let legal = [
            "- PEER", "- MASTERSUPERPEER", "PEER PEERTOSUPERPEER", "PEERTOSUPERPEER SUPERPEER",
            "PEERTOSUPERPEER PEER", "SUPERPEER MASTERSUPERPEER", "MASTERSUPERPEER SUPERPEER",
        ]
        var count = 0
        for server in serverNames {
            for start in starts(server) {
                var role = "-"
                for record in own(server, start) where record.event == .roleChanged {
                    let next = record[.role] ?? ""
                    if next != role, !legal.contains("\(role) \(next)") { count += 1 }
                    role = next
                }
            }
        }
        return count
    }

    private func epochsWithTwo() -> Int {
        var actors: [String: Set<String>] = [:]
        for server in serverNames {
            for start in starts(server) {
                for record in own(server, start) {
                    let role = own(server, start).last {
                        $0.event == .roleChanged && $0.sequence <= record.sequence
                    }?[.role]
                    let isActing =
                        record.event == .roleChanged
                        || record.event == .epochChanged && record[.peer] == server
                    if isActing, role == "MASTERSUPERPEER" {
                        actors[record[.epoch] ?? "", default: []].insert(server)
                    }
                }
            }
        }
        return actors.values.reduce(0) { $0 + $1.count - 1 }
    }

    private func masters(at time: Int64) -> [String] {
        serverNames.filter { last([.roleChanged], $0, at: time)?[.role] == "MASTERSUPERPEER" }
    }

    private func serving(at time: Int64) -> Int {
        serverNames.count {
            let role = last([.roleChanged], $0, at: time)?[.role]
            return role == "MASTERSUPERPEER" || role == "SUPERPEER"
        }
    }

    private func running(at time: Int64) -> Int {
        serverNames.count { server in
            starts(server).contains { start in
                let ready = records.first {
                    $0.event == .ready && $0[.target] == server
                        && $0.integer(.targetIncarnation) == Int64(start)
                }
                guard let ready else { return false }
                return ready.time.nanoseconds <= time && time < over(server, start)
            }
        }
    }

    /// S2: how many supervisors came while there was one, and listings were double for too long.
    func supervisorFaults() -> Int {
        var count = 0
        for server in serverNames {
            for start in starts(server) {
                for record in own(server, start) where record.event == .supervisorChanged {
                    let before = own(server, start).filter { $0.sequence < record.sequence }
                    let had = before.last { told in
                        told.event == .supervisorChanged
                            && !before.contains {
                                $0.sequence > told.sequence
                                    && ($0.event == .supervisorChanged
                                        || $0.event == .supervisorLost
                                            && $0[.peer] == told[.peer]
                                        || $0.event == .roleChanged
                                            && ["SUPERPEER", "MASTERSUPERPEER"].contains(
                                                $0[.role] ?? ""
                                            ))
                            }
                    }
                    if let had, had[.peer] != record[.peer] { count += 1 }
                }
            }
            count += tooLong { listers(of: server, at: $0) > 1 }
        }
        return count
    }

    private func listers(of peer: String, at time: Int64) -> Int {
        serverNames.count { server in
            starts(server).contains { start in
                let told = own(server, start).last {
                    ($0.event == .peerListed || $0.event == .peerLost) && $0[.peer] == peer
                        && $0.time.nanoseconds <= time
                }
                return told?.event == .peerListed && time < over(server, start)
            }
        }
    }

    /// How many stretches there are in which something is so for longer than `settle`, faults apart.
    private func tooLong(_ isWrong: (Int64) -> Bool) -> Int {
        let spans = spans("server.1")
        let told = records.filter {
            $0.node.hasPrefix("server") && $0.event != .redirectDecided
                || [.ready, .exited].contains($0.event)
        }
        let edges = spans.flatMap { [$0.0, $0.1] } + told.map { $0.time.nanoseconds } + [stop]
        let times = Set(edges).filter { $0 <= stop }.sorted()
        var count = 0
        var length: Int64?
        var isCounted = false
        for (from, to) in zip(times, times.dropFirst()) {
            guard isWrong(from) else {
                length = nil
                isCounted = false
                continue
            }
            let isFaulty = spans.contains { $0.0 <= from && from < $0.1 }
            length = (length ?? 0) + (isFaulty ? 0 : to - from)
            if (length ?? 0) > settle, !isCounted {
                isCounted = true
                count += 1
            }
        }
        return count
    }
}
