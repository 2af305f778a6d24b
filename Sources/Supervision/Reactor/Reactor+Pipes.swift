import Evidence
import Glibc
import Journal

/// Outputs, control lines, and what is left of an ended incarnation.
extension Reactor {
    func readOutput(_ node: String, _ place: Int) {
        guard let process = processes[node] else { return }
        let output = process.outputs[place]
        let state = output.read(&space) { line in
            recordLine(node, process.incarnation, output.name, line)
        }
        switch state {
        case .open:
            break
        case .ended:
            guard let token = process.outputTokens[place] else { return }
            poller.remove(output.descriptor.number, token)
            process.outputTokens[place] = nil
        }
    }

    func collect(_ node: String) {
        guard let process = processes[node] else { return }
        unwatch(process)
        for output in process.outputs {
            output.finish(&space) { line in
                recordLine(node, process.incarnation, output.name, line)
            }
        }
    }

    private func recordLine(
        _ node: String,
        _ incarnation: Int,
        _ channel: OutputChannel.Name,
        _ line: String
    ) {
        let fields: FieldValues = [
            .target: node, .targetIncarnation: String(incarnation),
            .channel: channel.rawValue, .line: line,
        ]
        record(.output, fields, MonotonicClock.now())
    }

    func send(_ bytes: [UInt8], to node: String) -> SupervisionError? {
        guard let process = processes[node], process.endToken != nil else {
            return SupervisionError.notRunning(node)
        }
        guard let control = process.control else {
            return SupervisionError(
                .control,
                node: node,
                what: "it takes no control lines",
                remedy: "start it with acceptsControl"
            )
        }
        if let why = control.send(bytes) {
            return SupervisionError(
                .control,
                node: node,
                what: why,
                remedy: "see whether it still reads its standard input"
            )
        }
        if control.isWaiting, process.controlToken == nil {
            let number = control.descriptor.number
            process.controlToken = try? poller.add(number, .writing, .control(node))
        }
        return nil
    }

    func flushControl(_ node: String) {
        guard let process = processes[node], let control = process.control else { return }
        _ = control.flush()
        if !control.isWaiting, let token = process.controlToken {
            poller.remove(control.descriptor.number, token)
            process.controlToken = nil
        }
    }

    /// Kills and reaps what is left of an ended incarnation: the rest of its group, and orphans of
    /// it that left the group and came to us. Returns whether nothing is left.
    func sweep(_ node: String) -> Bool {
        guard let process = processes[node] else { return true }
        let group = process.child.pid
        let isGroupEmpty = ProcessTable.endGroup(group)
        let known = Set(processes.values.map(\.child.pid))
        for pid in ProcessTable.children() where !known.contains(pid) {
            guard let member = ProcessTable.membership(pid), isOrphan(member),
                member.node == node, member.incarnation == process.incarnation
            else { continue }
            kill(pid, SIGKILL)
            orphans.insert(pid)
            process.strays.insert(pid)
        }
        reapOrphans()
        process.strays.formIntersection(orphans)
        return isGroupEmpty && process.strays.isEmpty
    }

    /// Takes note of the run's orphans that came to us, and reaps those that have ended.
    func adoptOrphans() {
        let known = Set(processes.values.map(\.child.pid))
        for pid in ProcessTable.children() where !known.contains(pid) {
            // By its group one is known that has ended already; others must be seen before.
            if known.contains(getpgid(pid)) || isOrphan(ProcessTable.membership(pid)) {
                orphans.insert(pid)
            }
        }
        reapOrphans()
    }

    /// Whether a child that we did not start belongs to a node: journald, say, does not.
    private func isOrphan(_ member: ProcessTable.Membership?) -> Bool {
        guard let member, member.run == run, let node = member.node else { return false }
        return processes[node] != nil
    }

    private func reapOrphans() {
        orphans = orphans.filter { waitpid($0, nil, WNOHANG) == 0 }
    }
}
