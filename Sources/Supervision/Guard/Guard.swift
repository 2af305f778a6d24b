import Evidence
import Glibc
import Journal
import Synchronization

/// The orchestrator's side of a run's guard: a process that ends what is left of the run when we die.
///
/// The guard waits at the other end of a socket. When that closes without a release, it kills every
/// process of the run and removes the run's short runtime directory. It has a session of its own and
/// ignores the signals by which an orchestrator is interrupted.
///
///     let guardian = try Guard.start(executable: "/usr/bin/ordeal", run: id, runtimePath: short)
///     defer { guardian.release() }
public final class Guard: Sendable {
    /// How long the guard may take until it says that it works.
    private static let readyMax: Duration = .seconds(10)
    /// How long the guard may take to end after its release.
    private static let releaseMax: Duration = .seconds(2)

    private let state: Mutex<State>

    private struct State {
        let child: ChildProcess
        /// Held locked as long as we live: the run has an orchestrator.
        let lock: Descriptor?
        var line: Descriptor?
    }

    private init(_ child: ChildProcess, _ line: Descriptor, _ lock: Descriptor?) {
        state = Mutex(State(child: child, lock: lock, line: line))
    }

    /// Starts the guard of a run: `executable` with the arguments `guard RUN RUNTIMEPATH`.
    ///
    /// Start it before anything else of the run. `executable` must call `run(arguments:)` then. It
    /// returns when the guard says that it works.
    /// - Throws: `JournalError` or `SupervisionError` where it cannot be started or does not work.
    public static func start(
        executable: String,
        run: String,
        runtimePath: String
    ) throws -> Guard {
        var request = SpawnRequest(executable, ["guard", run, runtimePath])
        request.environment = ChildEnvironment.passed.sorted { $0.key < $1.key }
            .map { (name: $0.key, value: $0.value) }
        request.parentDeathSignal = 0
        request.hasOwnSession = true
        let (child, ours) = try launch(request)
        guard isReady(ours, within: readyMax) else {
            child.signalGroup(SIGKILL)
            _ = child.waitForEnd(releaseMax)
            _ = child.reap()
            throw SupervisionError(
                .unavailable,
                node: nil,
                what: "the guard did not begin its work: \(executable) guard \(run) \(runtimePath)",
                remedy: "run that by hand with its standard input open, and see what it says"
            )
        }
        return Guard(child, ours, RuntimeClaim.take(runtimePath))
    }

    /// Starts it with one end of a socket; the other one is ours. Only the guard holds its end then,
    /// so that its death shows at ours.
    private static func launch(_ request: SpawnRequest) throws -> (ChildProcess, Descriptor) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SupervisionError.system("make a pair of sockets", errno)
        }
        defer { close(ends[1]) }
        let ours = try Descriptor(ends[0], "make a socket")
        var request = request
        request.descriptors = [ends[1], -1, -1]
        return (try request.start(), ours)
    }

    /// Whether the guard says that it works before it ends or the time is over.
    private static func isReady(_ line: Descriptor, within limit: Duration) -> Bool {
        let deadline = MonotonicClock.now() + limit
        var event = pollfd(fd: line.number, events: Int16(POLLIN), revents: 0)
        while MonotonicClock.now() < deadline {
            let left = (deadline - MonotonicClock.now()).nanoseconds / 1_000_000 + 1
            let count = poll(&event, 1, Int32(clamping: left))
            if count < 0, errno == EINTR { continue }
            var byte: UInt8 = 0
            return count > 0 && recv(line.number, &byte, 1, 0) == 1
        }
        return false
    }

    /// What the guard's own process does, with the arguments after the verb; it never returns.
    public static func run(arguments: [String]) -> Never {
        guard arguments.count == 2 else {
            exit(EX_USAGE)
        }
        GuardProcess.prepare()
        let process = GuardProcess(run: arguments[0], runtimePath: arguments[1], input: 0)
        process.sayReady()
        process.serve()
        exit(EXIT_SUCCESS)
    }

    /// The guard's pid.
    public var pid: Int32 { state.withLock { $0.child.pid } }

    /// Tells the guard of a process group that it must end if we die.
    public func register(processGroup: Int32) {
        send("\(GuardProcess.Order.group) \(processGroup)\n")
    }

    /// Tells the guard that a process group is gone: its number may come to mean another one.
    public func unregister(processGroup: Int32) {
        send("\(GuardProcess.Order.gone) \(processGroup)\n")
    }

    /// Ends the guard without a sweep, after a run that ended well; a second call does nothing.
    public func release() {
        send("\(GuardProcess.Order.release)\n")
        state.withLock { state in
            guard state.line != nil else { return }
            state.line = nil
            if !state.child.waitForEnd(Self.releaseMax) {
                state.child.signal(SIGKILL)
                _ = state.child.waitForEnd(Self.releaseMax)
            }
            _ = state.child.reap()
        }
    }

    /// Sends an order; a guard that is gone is no reason to stop the run.
    private func send(_ order: String) {
        state.withLock { state in
            guard let line = state.line else { return }
            var bytes = Array(order.utf8)[...]
            while !bytes.isEmpty {
                let flags = Int32(MSG_NOSIGNAL)
                let count = bytes.withUnsafeBytes {
                    Glibc.send(line.number, $0.baseAddress, $0.count, flags)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }
}
