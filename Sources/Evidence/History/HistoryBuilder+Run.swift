extension HistoryBuilder {
    // MARK: Processes

    mutating func readProcess(_ record: Record, _ index: Int, _ writer: Int) {
        guard let target = record[.target], let number = record.integer(.targetIncarnation),
            let place = incarnationsByID[NodeIncarnation(node: target, incarnation: Int(number))]
        else { return }
        if record.event == .spawned {
            incarnations[place].spawned = once(
                incarnations[place].spawned,
                index,
                writer,
                of: place
            )
        } else if record.event == .ready {
            incarnations[place].ready = incarnations[place].ready ?? index
        } else {
            incarnations[place].exited = once(
                incarnations[place].exited,
                index,
                writer,
                of: place
            )
        }
    }

    /// Ends incarnations, and with them the sessions that they still held.
    mutating func endProcesses() {
        for place in incarnations.indices {
            let next = place + 1
            if next < incarnations.count,
                incarnations[next].id.node == incarnations[place].id.node
            {
                incarnations[place].isFollowed = true
            }
            let shown = incarnations[place].closed ?? incarnations[place].exited
            incarnations[place].end =
                shown.map { records.time($0) }
                ?? (incarnations[place].isFollowed ? beginning(of: next) : nil)
        }
        for session in sessions.indices where sessions[session].end == nil {
            let incarnation = incarnations[sessions[session].incarnation]
            guard let time = incarnation.end else { continue }
            sessions[session].end = .init(
                time: time,
                record: incarnation.closed ?? incarnation.exited,
                reason: "process"
            )
        }
    }

    private func beginning(of place: Int) -> Instant? {
        let incarnation = incarnations[place]
        let first = incarnation.spawned ?? incarnation.records.first
        return first.map { records.time($0) }
    }

    // MARK: Roles

    mutating func changeRole(_ record: Record, _ index: Int, _ place: Int) {
        guard let role = record[.role].flatMap(ServerRole.init) else { return }
        roles.append(
            History.RoleChange(
                incarnation: place,
                role: role,
                epoch: record[.epoch] ?? "",
                record: index
            )
        )
    }

    // MARK: Faults

    mutating func readFault(_ record: Record, _ index: Int, _ writer: Int) {
        let id = record[.fault] ?? ""
        let place: Int
        if let known = faultsByID[id] {
            place = known
        } else {
            place = faults.count
            faultsByID[id] = place
            faults.append(
                History.Fault(id: id, kind: record[.faultKind] ?? "", from: record.time)
            )
        }
        checkStep(index, fault: place, writer)
        faults[place].from = min(faults[place].from, record.time)
        if let target = record[.target], !faults[place].targets.contains(target) {
            faults[place].targets.append(target)
        }
        for link in record[.link].flatMap(Link.list) ?? []
        where !faults[place].links.contains(link) {
            faults[place].links.append(link)
        }
        switch record.event {
        case .faultIntended: faults[place].intended = faults[place].intended ?? index
        case .faultApplied: faults[place].applied = faults[place].applied ?? index
        case .faultVerified: faults[place].verified = faults[place].verified ?? index
        case .faultHealed: faults[place].healed = index
        case .faultHealVerified: faults[place].healVerified = index
        case .faultFailed: faults[place].failures.append(index)
        case .faultUnexercised: faults[place].unexercised = index
        case .started, .closed, .register, .registerOK, .registerFail, .registerInfo, .login,
            .loginOK, .loginFail, .loginInfo, .logout, .sessionEnded, .alive, .streamStarted,
            .send, .ack, .sendFail, .sendInfo, .deliver, .deliverBatch, .confirmed, .listening,
            .roleChanged,
            .epochChanged, .peerRaised, .peerAdmitted, .peerRefused, .peerListed, .peerLost,
            .linkLost, .supervisorChanged, .supervisorLost, .redirectDecided, .registered,
            .loginHeld, .stored, .forwarded, .acknowledged, .dropped, .storeFailed, .limitExceeded,
            .runStarted,
            .runCutShort, .phase, .spawned, .ready, .exited, .output, .drainEnded,
            .journalRestarted, .barrier, .linkCut, .linkHealed, .messageDropped,
            .messageDuplicated, .messageReordered:
            break
        }
    }

    /// Relates crashes to the incarnations that they ended, and says when each fault was over.
    mutating func endFaults() {
        for place in incarnations.indices {
            guard let exited = incarnations[place].exited, let id = records.text(exited, .fault),
                let fault = faultsByID[id]
            else { continue }
            faults[fault].ended.append(place)
        }
        for fault in faults.indices {
            if faults[fault].ended.isEmpty {
                faults[fault].until = faults[fault].healVerified.map { records.time($0) }
                continue
            }
            var latest = faults[fault].from
            for place in faults[fault].ended {
                guard let over = recovery(of: place) else {
                    latest = .zero
                    break
                }
                latest = max(latest, over)
            }
            faults[fault].recovered = latest == .zero ? nil : latest
            faults[fault].until = faults[fault].recovered
        }
    }

    /// When a node that was ended was ready again, or its exit where it stays down.
    private func recovery(of place: Int) -> Instant? {
        guard incarnations[place].isFollowed else {
            return incarnations[place].exited.map { records.time($0) }
        }
        return incarnations[place + 1].ready.map { records.time($0) }
    }
}
