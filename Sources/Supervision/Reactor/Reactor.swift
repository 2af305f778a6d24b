import Evidence
import Glibc
import Journal

/// The shell of `SupervisorCore`: one lasting thread that starts processes, waits for all that can
/// happen to them, and carries out the core's effects.
///
/// It also spawns: the system kills a process whose parent's *thread* ended, and this one lasts as
/// long as the supervisor. Records are written before anything that follows from them, so while the
/// journal makes us wait, outputs are not read and the processes wait as well.
final class Reactor {
    /// What a descriptor that is ready stands for.
    enum Source: Sendable {
        case mailbox
        case notify(String)
        case end(String)
        case output(String, Int)
        case control(String)
    }

    /// Those who wait for an answer; a stop waits for all its nodes.
    private struct Waiter {
        var remaining: Int
        let reply: Mailbox.Reply?
    }

    let run: String
    /// The time between two looks for orphans.
    private static let lookEvery: Duration = .milliseconds(500)

    private let mailbox: Mailbox
    private let board: Board
    private let spawner: Spawner
    private var starts = 0
    private let guardian: Guard?
    var poller: Poller<Source>
    private var recorder: Recorder
    private var core = SupervisorCore()
    var processes: [String: RunningProcess] = [:]
    private var timers: [String: Instant] = [:]
    private var waiters: [SupervisorCore.Ticket: Waiter] = [:]
    private var lastTicket = 0
    private var shutdownTickets: Set<SupervisorCore.Ticket> = []
    private var isOver = false
    private var nextLook = Instant.zero
    /// Orphans of the run that came to us from outside of our groups, until they are reaped.
    var orphans: Set<Int32> = []
    var space = [UInt8](repeating: 0, count: OutputChannel.turnBytes)

    init(_ parts: ReactorParts) {
        run = parts.run
        mailbox = parts.mailbox
        board = parts.board
        spawner = parts.spawner
        guardian = parts.guardian
        recorder = Recorder(parts.writer)
        poller = parts.poller
    }

    /// Works until it is shut down.
    func work() {
        while !isOver {
            for token in poller.wait(timeToWait()) {
                handle(token)
            }
            fireTimers()
            lookForOrphans()
        }
        for waiter in waiters.values {
            waiter.reply?.resume(returning: SupervisionError.shutDown(nil))
        }
        let nodes = board.nodes
        ProcessTable.kill(within: .seconds(1)) { member in
            member.run == run && member.node.map(nodes.contains) ?? false
        }
    }

    /// How long nothing is due; nil without an end.
    private func timeToWait() -> Duration? {
        let look = processes.isEmpty && orphans.isEmpty ? nil : nextLook
        let due = [timers.values.min(), look].compactMap(\.self).min()
        return due.map { $0 - MonotonicClock.now() }
    }

    /// Now and then learns which orphans came to us, to be able to reap them when they have ended.
    private func lookForOrphans() {
        let now = MonotonicClock.now()
        guard now >= nextLook else { return }
        nextLook = now + Self.lookEvery
        adoptOrphans()
    }

    // MARK: - What happens

    private func handle(_ token: UInt64) {
        switch poller.source(token) {
        case .mailbox:
            // One at a time: where hundreds are to be started, those that are must be heard meanwhile.
            if let command = mailbox.take() { handle(command) }
        case .notify(let node):
            guard let process = processes[node] else { break }
            for message in process.notify.receive() {
                // Of a sender that is gone the socket says whose it was.
                let group = message.group ?? process.child.pid
                feed(.notified(pid: message.pid, group: group, message.notification))
            }
        case .end(let node):
            ended(node)
        case .output(let node, let place):
            readOutput(node, place)
        case .control(let node):
            flushControl(node)
        case nil:
            break
        }
    }

    private func handle(_ command: Mailbox.Command) {
        switch command {
        case .start(let specification, let reply):
            feed(.start(specification, ticket(reply)))
        case .kill(let node, let signal, let fault, let reply):
            feed(.kill(node, signal: signal, fault: fault, ticket(reply)))
        case .stop(let nodes, let reply):
            if nodes.isEmpty {
                reply.resume(returning: nil)
            } else {
                feed(.stop(nodes, ticket(reply, for: nodes.count)))
            }
        case .send(let bytes, let node, let reply):
            reply.resume(returning: send(bytes, to: node))
        case .shutdown(let reply):
            let ticket = ticket(reply)
            shutdownTickets.insert(ticket)
            feed(.shutdown(ticket))
        }
    }

    private func ticket(_ reply: Mailbox.Reply?, for count: Int = 1) -> SupervisorCore.Ticket {
        lastTicket += 1
        waiters[lastTicket] = Waiter(remaining: count, reply: reply)
        return lastTicket
    }

    private func fireTimers() {
        let now = MonotonicClock.now()
        for node in timers.filter({ $0.value <= now }).keys.sorted() {
            timers[node] = nil
            feed(.timer(node))
        }
    }

    private func ended(_ node: String) {
        let now = MonotonicClock.now()
        if let end = reap(node) {
            feed(.ended(node, end), now)
        }
    }

    /// Takes a process's end from the system; what holds it is let go of before anybody is told.
    private func reap(_ node: String) -> ProcessEnd? {
        guard let process = processes[node], let exit = process.child.reap() else { return nil }
        if let token = process.endToken {
            poller.remove(process.child.descriptor, token)
            process.endToken = nil
        }
        return switch exit {
        case .code(let code): .code(code)
        case .signal(let signal): .signal(signal)
        }
    }

    // MARK: - Effects

    private func feed(_ event: SupervisorCore.Event, _ now: Instant = MonotonicClock.now()) {
        // What an effect brings about at once is fed after those of its own batch.
        var following: [(SupervisorCore.Event, Instant)] = [(event, now)]
        while !following.isEmpty {
            let (event, now) = following.removeFirst()
            for effect in core.receive(event, now: now) {
                if let next = perform(effect) {
                    following.append(next)
                }
            }
        }
    }

    private func perform(_ effect: SupervisorCore.Effect) -> (SupervisorCore.Event, Instant)? {
        switch effect {
        case .spawn(let specification, let incarnation):
            return spawn(specification, incarnation)
        case .signal(let node, let signal):
            processes[node]?.child.signal(signal)
        case .signalGroup(let node, let signal):
            processes[node]?.child.signalGroup(signal)
        case .collect(let node):
            collect(node)
        case .sweep(let node):
            return (.swept(node, isEmpty: sweep(node)), MonotonicClock.now())
        case .forget(let node):
            forget(node)
        case .setTimer(let node, let instant):
            timers[node] = instant
        case .record(let kind, let fields, let time):
            record(kind, fields, time)
        case .recordExit(let node, let exit, let time):
            recordExit(node, exit, time)
        case .publish(let node):
            board.set(core.status(of: node), of: node)
        case .announce(let event):
            board.announce(event)
        case .finish(let ticket, let error):
            finish(ticket, error)
        }
        return nil
    }

    private func spawn(
        _ specification: ProcessSpecification,
        _ incarnation: Int
    ) -> (SupervisorCore.Event, Instant) {
        let node = specification.node
        let before = MonotonicClock.now()
        do {
            let process = try spawner.start(specification, incarnation, start: starts)
            starts += 1
            let pid = process.child.pid
            processes[node] = process
            guardian?.register(processGroup: pid)
            do {
                try watch(process, node)
            } catch {
                // Nobody would see its end: it is not left running.
                process.child.signalGroup(SIGKILL)
                unwatch(process)
                forget(node)
                throw error
            }
            return (.spawned(node, pid: pid), before)
        } catch let error as JournalError {
            return (.spawnFailed(node, why: error.what, remedy: error.remedy), before)
        } catch let error as SupervisionError {
            return (.spawnFailed(node, why: error.what, remedy: error.remedy), before)
        } catch {
            return (.spawnFailed(node, why: "\(error)", remedy: "run it by hand"), before)
        }
    }

    private func forget(_ node: String) {
        guard let process = processes.removeValue(forKey: node) else { return }
        guardian?.unregister(processGroup: process.child.pid)
    }

    private func watch(_ process: RunningProcess, _ node: String) throws {
        process.endToken = try poller.add(process.child.descriptor, .reading, .end(node))
        let notify = process.notify.descriptor.number
        process.notifyToken = try poller.add(notify, .reading, .notify(node))
        for (place, output) in process.outputs.enumerated() {
            process.outputTokens[place] = try poller.add(
                output.descriptor.number,
                .reading,
                .output(node, place)
            )
        }
    }

    func unwatch(_ process: RunningProcess) {
        if let token = process.notifyToken {
            poller.remove(process.notify.descriptor.number, token)
            process.notifyToken = nil
            unlink(process.notify.path)
        }
        if let token = process.endToken { poller.remove(process.child.descriptor, token) }
        for (place, output) in process.outputs.enumerated() {
            guard let token = process.outputTokens[place] else { continue }
            poller.remove(output.descriptor.number, token)
            process.outputTokens[place] = nil
        }
        if let control = process.control, let token = process.controlToken {
            poller.remove(control.descriptor.number, token)
            process.controlToken = nil
        }
    }

    private func recordExit(_ node: String, _ exit: Exit, _ time: Instant) {
        let page = spawner.environment.ackPage(node, exit.incarnation)
        let accepted = (try? AckPage.accepted(at: page)) ?? 0
        var fields: FieldValues = [
            .target: node, .targetIncarnation: String(exit.incarnation),
            .cause: exit.cause.rawValue, .status: String(exit.status),
            .accepted: String(accepted),
        ]
        fields[.fault] = exit.fault
        fields[.reason] = exit.reason
        record(.exited, fields, time)
    }

    func record(_ kind: EventKind, _ fields: FieldValues, _ time: Instant) {
        if let why = recorder.write(kind, fields, at: time) {
            board.announce(.evidenceLost(why: why))
        }
    }

    private func finish(_ ticket: SupervisorCore.Ticket, _ error: SupervisionError?) {
        guard var waiter = waiters[ticket] else { return }
        waiter.remaining -= 1
        guard error != nil || waiter.remaining == 0 else {
            waiters[ticket] = waiter
            return
        }
        waiters[ticket] = nil
        if shutdownTickets.contains(ticket) {
            // Who shut down is answered when everything is closed.
            isOver = true
            if let reply = waiter.reply { board.keep(reply) }
            return
        }
        var error = error
        if let node = error?.node {
            error?.errorOutput = processes[node]?.errorTail ?? []
        }
        waiter.reply?.resume(returning: error)
    }
}
