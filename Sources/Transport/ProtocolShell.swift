import Dispatch
import Evidence
import Messaging
import NIOCore
import NIOPosix

/// Drives one protocol core on one event loop: it tells the core what happens on sockets, timers and
/// controls, one event after the other, and does what the core orders, in order.
///
/// All of it runs on the event loop; `Shell.launch` makes one.
final class ProtocolShell<Core: ProtocolCore> {
    let settings: ShellSettings
    let loop: any EventLoop
    var core: Core
    var connections: [ConnectionID: Connection] = [:]
    var listener: (any Channel)?

    let hooks: ShellHooks
    /// The way back from other threads.
    let gate: LoopGate
    /// Where secrets are hashed, one after the other.
    let hashing = DispatchQueue(label: "ordeal.hashing")

    private let ended: EventLoopPromise<Int32>
    private var events = CircularBuffer<Event>()
    private var isStepping = false
    private var lastConnection: Int64 = 0
    private var timers: [TimerID: Scheduled<Void>] = [:]
    /// The connections to which something was written since the last flush.
    var unflushed: [ConnectionID] = []
    /// The connections of which the machine has taken what was written, which the core wants to know.
    var written: [ConnectionID] = []
    private var state = State.running
    private var nextCheck = Instant.zero
    private var nextNote = Instant.zero
    /// Records may be kept back by the hooks.
    private var isUnsettled = false
    private var isSettlingPlanned = false

    /// The time between two checks of the core's invariants, in debug builds.
    private static var checkInterval: Duration { .milliseconds(200) }
    /// The longest that records are kept back.
    private static var settleDelay: TimeAmount { .milliseconds(20) }

    private enum State {
        case running
        case exiting(Int32)
        case ended
    }

    /// A connection as the shell knows it.
    struct Connection {
        let channel: any Channel
        let handler: ConnectionHandler<Core>
        var hasUnflushed = false
        /// The core is done with it, or it with the core: nothing is told of it any more.
        var isClosing = false
        /// The channel is closed; the core may not have been told yet.
        var isGone = false
    }

    init(
        _ core: Core,
        _ settings: ShellSettings,
        _ hooks: ShellHooks,
        loop: any EventLoop,
        ended: EventLoopPromise<Int32>
    ) {
        self.core = core
        self.settings = settings
        self.hooks = hooks
        self.loop = loop
        gate = LoopGate(loop)
        self.ended = ended
    }

    // MARK: Events

    /// Tells the core one event, then does what it orders; an event that arises meanwhile waits.
    func tell(_ event: Event) {
        events.append(event)
        run()
    }

    func tell(_ more: [Event]) {
        events += more
        run()
    }

    /// Lets a driver other than the core's events act on the core, for example a person at the terminal.
    func act(_ body: (inout Core, Instant) -> [Effect]) {
        guard case .running = state else { return }
        let now = SystemClock.now()
        perform(body(&core, now), now)
        run()
    }

    func opened(
        _ channel: any Channel,
        _ handler: ConnectionHandler<Core>,
        dial: DialID?
    ) -> ConnectionID? {
        guard case .running = state else {
            channel.close(promise: nil)
            return nil
        }
        if dial == nil, connections.count >= settings.connectionsMax {
            channel.close(promise: nil)
            noteTooMany()
            return nil
        }
        lastConnection += 1
        let id = ConnectionID(lastConnection)
        connections[id] = Connection(channel: channel, handler: handler)
        tell(.connected(id, dial))
        return id
    }

    /// Records that there are too many connections, once in a while: a flood of them must not flood the
    /// journal as well.
    private func noteTooMany() {
        let now = SystemClock.now()
        guard now >= nextNote else { return }
        nextNote = now + .seconds(1)
        perform([.record(.limitExceeded, [.reason: "connections"])], now)
    }

    /// Whether the core still listens to a connection.
    func listens(to id: ConnectionID) -> Bool {
        connections[id].map { !$0.isClosing } ?? false
    }

    func received(_ id: ConnectionID, _ lines: [[UInt8]], isTooLong: Bool) {
        if lines.count > 1, !isStepping {
            takeTogether(id, lines)
        } else {
            for line in lines { events.append(.received(id, line: line)) }
            run()
        }
        if isTooLong { lost(id, .lineTooLong) }
    }

    /// The other side will send nothing more; what it sent last needs no line end.
    func inputEnded(_ id: ConnectionID, rest: [UInt8]?) {
        guard let connection = connections[id] else { return }
        if connection.isClosing {
            connection.channel.close(promise: nil)
            return
        }
        if let rest { events.append(.received(id, line: rest)) }
        events.append(.closed(id, reason: .ended))
        run()
        closeAfterFlush(connection.channel)
    }

    /// A connection broke a limit: it is closed at once.
    func lost(_ id: ConnectionID, _ reason: Event.CloseReason) {
        guard let connection = connections[id] else { return }
        if !connection.isClosing { events.append(.closed(id, reason: reason)) }
        connection.channel.close(promise: nil)
        run()
    }

    /// A channel is closed.
    func gone(_ id: ConnectionID, _ reason: Event.CloseReason) {
        guard let connection = connections[id] else { return }
        if connection.isClosing {
            connections[id] = nil
        } else {
            connections[id]?.isGone = true
            tell(.closed(id, reason: reason))
        }
        finishExit()
    }

    private func run() {
        guard !isStepping else { return }
        isStepping = true
        while let event = events.popFirst() {
            guard case .running = state else { break }
            if isStale(event) { continue }
            let now = SystemClock.now()
            let effects = core.receive(event, now: now)
            perform(effects, now)
            assert(isSound(now))
            if case .closed(let id, _) = event { forgetIfGone(id) }
        }
        isStepping = false
        flush()
    }

    /// Gives the core lines that were read together, so that it may answer them together.
    private func takeTogether(_ id: ConnectionID, _ lines: [[UInt8]]) {
        guard case .running = state, !(connections[id]?.isClosing ?? true) else { return }
        isStepping = true
        let now = SystemClock.now()
        perform(core.receive(lines, over: id, now: now), now)
        assert(isSound(now))
        isStepping = false
        run()
    }

    /// Whether an event is of a connection that the core is done with.
    private func isStale(_ event: Event) -> Bool {
        switch event {
        case .connected(let id, _), .received(let id, _), .written(let id):
            return connections[id]?.isClosing ?? true
        case .closed(let id, _):
            guard let connection = connections[id], !connection.isClosing else {
                forgetIfGone(id)
                return true
            }
            connections[id]?.isClosing = true
            return false
        case .started, .dialFailed, .timer, .control, .stored, .storeFailed, .hashed:
            return false
        }
    }

    /// Lets the core check itself now and then, since it may look at all that it holds; one that asked
    /// to exit has no more to keep in order.
    private func isSound(_ now: Instant) -> Bool {
        guard case .running = state, now >= nextCheck else { return true }
        core.checkInvariants()
        nextCheck = now + Self.checkInterval
        return true
    }

    private func forgetIfGone(_ id: ConnectionID) {
        if connections[id]?.isGone == true { connections[id] = nil }
    }

    // MARK: Effects

    private func perform(_ effects: [Effect], _ now: Instant) {
        for effect in effects {
            guard case .running = state else { return }
            if isUnsettled, isNoticed(effect) { settle() }
            guard case .running = state else { return }
            switch effect {
            case .send(let id, let frame):
                write(ByteBuffer(bytes: frame.bytes), to: id)
            case .broadcast(let ids, let frame):
                let buffer = ByteBuffer(bytes: frame.bytes)
                for id in ids { write(buffer, to: id) }
            case .confirmWritten(let id):
                confirmWritten(id)
            case .close(let id):
                close(id)
            case .abort(let id):
                abort(id)
            case .allow(let id, let allowance):
                allow(id, allowance)
            case .setReading(let id, let reads):
                setReading(id, reads)
            case .dial(let dial, let address):
                self.dial(dial, address)
            case .setTimer(let timer, let duration):
                setTimer(timer, duration)
            case .cancelTimer(let timer):
                timers.removeValue(forKey: timer)?.cancel()
            case .store(let ticket, let operations):
                store(ticket, operations)
            case .hash(let ticket, let request):
                hash(ticket, request)
            case .record(let kind, let fields, let instant):
                attempt { try hooks.record(kind, fields, instant ?? now) }
                planSettling()
            case .show(let line):
                hooks.show(line)
            case .takeLine:
                hooks.takeLine()
            case .ready:
                attempt { try hooks.ready() }
            case .exit(let code):
                exit(code)
            }
        }
    }

    /// Whether others can notice an effect: then no record may be missing that belongs before it.
    private func isNoticed(_ effect: Effect) -> Bool {
        switch effect {
        case .send, .broadcast, .close, .abort, .setReading, .dial, .store, .show, .ready, .exit:
            true
        case .confirmWritten, .takeLine, .allow, .setTimer, .cancelTimer, .hash, .record: false
        }
    }

    /// Sees to it that what the hooks keep back is written soon.
    private func planSettling() {
        guard hooks.settle != nil else { return }
        isUnsettled = true
        guard !isSettlingPlanned else { return }
        isSettlingPlanned = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: Self.settleDelay) {
            bound.value.isSettlingPlanned = false
            bound.value.settle()
        }
    }

    /// Lets the hooks write what they keep back.
    private func settle() {
        guard isUnsettled, let settle = hooks.settle else { return }
        isUnsettled = false
        attempt { try settle() }
    }

    /// Does what may fail; a failure ends the process: evidence must never be behind the system.
    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            fail(error)
        }
    }

    func fail(_ error: any Error) {
        if case .ended = state { return }
        state = .ended
        closeAll()
        ended.fail(error)
    }

    private func setTimer(_ timer: TimerID, _ duration: Duration) {
        timers.removeValue(forKey: timer)?.cancel()
        let bound = NIOLoopBound(self, eventLoop: loop)
        let wait = TimeAmount.nanoseconds(max(0, duration.nanoseconds))
        timers[timer] = loop.scheduleTask(in: wait) {
            let shell = bound.value
            shell.timers[timer] = nil
            shell.tell(.timer(timer))
        }
    }

    // MARK: Closing

    /// Writes what is left, says that nothing more comes, and waits a little for the other side to close,
    /// so that its last words in flight do not destroy ours.
    private func closeAfterFlush(_ channel: any Channel) {
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
        loop.scheduleTask(in: .nanoseconds(settings.lingerMax.nanoseconds)) {
            channel.close(promise: nil)
        }
    }

    private func close(_ id: ConnectionID) {
        guard let connection = connections[id], !connection.isClosing else { return }
        connections[id]?.isClosing = true
        closeAfterFlush(connection.channel)
    }

    private func abort(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        connections[id]?.isClosing = true
        connection.channel.close(promise: nil)
    }

    private func exit(_ code: Int32) {
        state = .exiting(code)
        flush()
        listener?.close(promise: nil)
        for timer in timers.values { timer.cancel() }
        timers = [:]
        for id in connections.keys.sorted() { close(id) }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .nanoseconds(settings.exitLingerMax.nanoseconds)) {
            bound.value.closeAll()
            bound.value.finishExit()
        }
        finishExit()
    }

    private func finishExit() {
        guard case .exiting(let code) = state, connections.isEmpty else { return }
        state = .ended
        ended.succeed(code)
    }

    private func closeAll() {
        listener?.close(promise: nil)
        for timer in timers.values { timer.cancel() }
        timers = [:]
        for connection in connections.values { connection.channel.close(promise: nil) }
        connections = [:]
    }
}
