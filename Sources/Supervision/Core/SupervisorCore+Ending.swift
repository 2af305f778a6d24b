import Evidence

/// Ends: those that are seen, and those that are asked for.
extension SupervisorCore {
    mutating func ended(
        _ node: String,
        _ end: ProcessEnd,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        guard var managed = active[node], managed.isAlive else { return }
        let exit = managed.exit(end, terminate: Self.terminate, kill: Self.kill)
        nodes[managed.pid] = nil
        exits[node] = exit
        managed.phase = .sweeping(until: now + Self.sweepMax)
        effects.append(.setTimer(node, nil))
        effects.append(.collect(node))
        effects.append(.recordExit(node, exit, at: now))
        effects.append(.publish(node))
        effects.append(.announce(.exited(node: node, exit: exit)))
        if let ticket = managed.starter {
            managed.starter = nil
            let error = managed.earlyEnd(end, exit)
            effects.append(.finish(ticket, error))
        }
        effects.append(.sweep(node))
        active[node] = managed
    }

    mutating func swept(
        _ node: String,
        _ isEmpty: Bool,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        guard let managed = active[node], case .sweeping(let limit) = managed.phase else { return }
        guard isEmpty || now >= limit else {
            effects.append(.setTimer(node, now + Self.sweepEvery))
            return
        }
        active[node] = nil
        effects.append(.forget(node))
        for ticket in managed.killers + managed.stoppers {
            effects.append(.finish(ticket, nil))
        }
        finishShutdown(&effects)
    }

    mutating func timer(_ node: String, _ now: Instant, _ effects: inout [Effect]) {
        guard var managed = active[node] else { return }
        switch managed.phase {
        case .starting:
            managed.endLateStart(now, &effects)
        case .injected:
            managed.outlive(now, &effects)
        case .terminating:
            let limit = managed.specification.stopWithin
            managed.hasOverstayed = true
            managed.reason = managed.reason ?? "it did not stop within \(limit) and was killed"
            managed.end(now, Self.kill, &effects)
        case .killing:
            managed.phase = .stuck
            effects.append(.announce(.stuck(node: node, pid: managed.pid)))
            effects += managed.giveUp()
        case .sweeping:
            effects.append(.sweep(node))
        case .running, .stuck:
            break
        }
        active[node] = managed
        finishShutdown(&effects)
    }

    // MARK: - Requests that end something

    mutating func inject(
        _ node: String,
        _ signal: Int32,
        _ fault: String,
        _ ticket: Ticket,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        guard var managed = active[node], managed.isAlive else {
            effects.append(.finish(ticket, SupervisionError.notRunning(node)))
            return
        }
        managed.injection = ManagedNode.Injection(fault: fault, signal: signal)
        managed.killers.append(ticket)
        effects.append(.signal(node, signal))
        switch managed.phase {
        case .starting, .running, .injected:
            managed.phase = .injected
            effects.append(.setTimer(node, now + Self.injectionMax))
        case .terminating, .killing, .stuck, .sweeping:
            break
        }
        active[node] = managed
    }

    mutating func stop(
        _ names: [String],
        _ ticket: Ticket,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        for node in names {
            guard var managed = active[node] else {
                effects.append(.finish(ticket, nil))
                continue
            }
            managed.stoppers.append(ticket)
            switch managed.phase {
            case .starting, .running, .injected:
                managed.end(now, Self.terminate, &effects)
            case .stuck:
                effects += managed.giveUp()
            case .terminating, .killing, .sweeping:
                break
            }
            active[node] = managed
        }
    }

    mutating func shutdown(
        _ ticket: Ticket,
        _ now: Instant,
        _ effects: inout [Effect]
    ) {
        isShutDown = true
        shutdownTickets.append(ticket)
        for node in active.keys.sorted() {
            guard var managed = active[node] else { continue }
            switch managed.phase {
            case .starting, .running, .injected, .terminating:
                managed.reason = managed.reason ?? "it was killed as the supervisor shut down"
                managed.end(now, Self.kill, &effects)
            case .killing, .stuck, .sweeping:
                break
            }
            active[node] = managed
        }
        finishShutdown(&effects)
    }

    private mutating func finishShutdown(_ effects: inout [Effect]) {
        guard !shutdownTickets.isEmpty, active.values.allSatisfy({ $0.phase == .stuck }) else {
            return
        }
        effects += shutdownTickets.map { .finish($0, nil) }
        shutdownTickets = []
    }
}
