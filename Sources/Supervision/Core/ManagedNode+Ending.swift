import Evidence

extension ManagedNode {
    /// Makes the process end: SIGTERM with a limit, or SIGKILL.
    ///
    /// SIGCONT follows, so that a process that is held still gets to its end.
    mutating func end(_ now: Instant, _ signal: Int32, _ effects: inout [SupervisorCore.Effect]) {
        let node = specification.node
        isAskedToStop = true
        effects.append(.signalGroup(node, signal))
        if signal == SupervisorCore.kill {
            isKilled = true
            phase = .killing
            effects.append(.setTimer(node, now + SupervisorCore.killMax))
        } else {
            effects.append(.signalGroup(node, SupervisorCore.proceed))
            phase = .terminating
            effects.append(.setTimer(node, now + specification.stopWithin))
        }
    }

    /// The process lived on after a fault's signal: who waits for its end hears it.
    mutating func outlive(_ now: Instant, _ effects: inout [SupervisorCore.Effect]) {
        let error = SupervisionError(
            .stillRunning,
            node: specification.node,
            what: "it lives \(SupervisorCore.injectionMax) after signal \(injection?.signal ?? 0)",
            remedy: "kill it by a signal that it does not catch, such as SIGKILL"
        )
        injection?.isOver = true
        effects += killers.map { .finish($0, error) }
        killers = []
        if isReady {
            phase = .running
        } else {
            endLateStart(now, &effects)
        }
    }

    /// Kills a process that is not ready in time.
    mutating func endLateStart(_ now: Instant, _ effects: inout [SupervisorCore.Effect]) {
        reason = lateness
        isLate = true
        end(now, SupervisorCore.kill, &effects)
    }

    /// Answers all who wait for the end of a process that does not end.
    mutating func giveUp() -> [SupervisorCore.Effect] {
        let error = SupervisionError(
            .stillRunning,
            node: specification.node,
            what: "process \(pid) lives \(SupervisorCore.killMax) after SIGKILL",
            remedy: "see what holds it: cat /proc/\(pid)/stack /proc/\(pid)/status"
        )
        defer {
            starter = nil
            killers = []
            stoppers = []
        }
        return ([starter].compactMap(\.self) + killers).map { .finish($0, error) }
            + stoppers.map { .finish($0, nil) }
    }

    /// Why it is killed in the middle of its start.
    private var lateness: String {
        guard case .notify(let limit) = specification.readiness else {
            return "it was not ready in time"
        }
        let last = status.map { "; it last said: \($0)" } ?? ""
        return "it was not ready within \(limit)\(last)"
    }

    /// What is told to who waits for the start of a process that ended before it was ready.
    func earlyEnd(_ end: ProcessEnd, _ exit: Exit) -> SupervisionError {
        if isLate {
            return SupervisionError(
                .notReady,
                node: specification.node,
                what: reason ?? lateness,
                remedy: "read its output, or give it more time"
            )
        }
        let why =
            switch exit.cause {
            case .stopped: "it was stopped before it was ready"
            case .injected: "fault \(exit.fault ?? "") ended it before it was ready"
            case .exit, .signal: "\(end) before it was ready"
            }
        return SupervisionError(
            .endedEarly,
            node: specification.node,
            what: why,
            remedy: exit.isUnexpected ? "read its output" : "start it when nothing ends it"
        )
    }
}
