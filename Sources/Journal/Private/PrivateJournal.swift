import Evidence
import Glibc
import Synchronization

/// A journald of the run's own, with its files in the run directory; started again where it dies.
///
/// Its sockets are bound by us and outlive it, so a record that was accepted while it was down is
/// stored once it is back. A thread of its own starts it and watches it, and journald ends with
/// that thread.
///
///     let runtime = try RuntimeDirectory.make(run: "r1")
///     let journal = try PrivateJournal.start(runtime: runtime, directory: "runs/r1/journal") { _ in }
///     …
///     try journal.stop()
///     runtime.remove()
public final class PrivateJournal: Sendable {
    /// The directory of the journal files, absolute: `journalctl --directory=` reads it.
    public let directory: String
    /// The path of the native socket, for `ORDEAL_JOURNAL`.
    public let socketPath: String
    /// What journald cannot do as it should on this machine, in a sentence; nil where all is well.
    public let limitation: String?

    /// How often journald is started again in a run.
    public static let restartsMax = 100
    /// How often in a row a start of journald may fail after it had died; 100 ms lie between two.
    static let failuresMax = 5
    /// How long journald may take to write out what is queued when it is stopped.
    public static let stopMax: Duration = .seconds(20)

    private let keepAlivePath: String
    private let wakeUp: Pipe
    private let answers: Pipe
    private let state = Mutex(State())

    private struct State {
        var pid: Int32 = 0
        var isStopping = false
        var isStopped = false
        var failure: JournalError?
        var notices: [SystemThread] = []
        var keeper: SystemThread?
    }

    /// Starts a journald for a run and waits until it takes records.
    ///
    /// - Parameters:
    ///   - runtime: the run's short directory, for the sockets.
    ///   - directory: where the journal files go; made where it is missing.
    ///   - logPath: where journald's own complaints go. The default is `journald.log` next to
    ///     `directory`.
    ///   - configuration: what journald is told.
    ///   - onRestart: called on a thread of its own after each restart, with the reason.
    /// - Throws: `JournalError` where journald is not installed or does not get ready within 15 s.
    public static func start(
        runtime: RuntimeDirectory,
        directory: String,
        logPath: String? = nil,
        configuration: JournaldConfiguration = JournaldConfiguration(),
        onRestart: @escaping @Sendable (_ reason: String) -> Void
    ) throws -> PrivateJournal {
        try Files.makeDirectory(directory)
        let absolute = try Files.absolute(directory)
        let launcher = try JournaldLauncher(
            runtime: runtime,
            directory: absolute,
            logPath: logPath ?? "\(absolute)/../journald.log",
            configuration: configuration
        )
        let journal = PrivateJournal(
            directory: absolute,
            socketPath: runtime.journalSocket,
            keepAlivePath: "\(runtime.path)/stdout",
            limitation: launcher.isolation.limitation,
            wakeUp: try Pipe(),
            answers: try Pipe()
        )
        let shared = LauncherBox(Mutex(launcher))
        let keeper = try SystemThread(name: "journald") {
            guard let launcher = shared.take() else { return }
            journal.keep(launcher, onRestart)
        }
        journal.state.withLock { $0.keeper = keeper }
        journal.answers.waitForByte()
        if let failure = journal.failure {
            keeper.join()
            throw failure
        }
        return journal
    }

    private init(
        directory: String,
        socketPath: String,
        keepAlivePath: String,
        limitation: String?,
        wakeUp: consuming Pipe,
        answers: consuming Pipe
    ) {
        self.directory = directory
        self.socketPath = socketPath
        self.keepAlivePath = keepAlivePath
        self.limitation = limitation
        self.wakeUp = wakeUp
        self.answers = answers
    }

    /// The pid of the journald that runs now.
    public var pid: Int32 { state.withLock { $0.pid } }

    /// Why there is no journald any more although none asked for its end; nil while all is well.
    public var failure: JournalError? { state.withLock { $0.failure } }

    /// Waits until the barrier record can be read, then ends journald.
    ///
    /// All senders must have stopped and the barrier record must have been written: the socket keeps
    /// the order, so all records are in the files once that one is.
    /// - Parameters:
    ///   - limit: how long to wait for the barrier. The default is 30 s.
    ///   - isReadable: whether the barrier record is in the journal now; asked every millisecond.
    /// - Throws: `JournalError` where the barrier did not appear or journald did not end in time;
    ///   journald is gone in any case.
    public func barrierAndStop(
        within limit: Duration = .seconds(30),
        isReadable: () throws -> Bool
    ) throws {
        let deadline = MonotonicClock.now() + limit
        var isSeen = try isReadable()
        while !isSeen, MonotonicClock.now() < deadline, failure == nil {
            usleep(1_000)
            isSeen = try isReadable()
        }
        try stop()
        guard isSeen else {
            throw JournalError(
                .daemon,
                what: "the barrier record did not appear in the journal within \(limit)",
                remedy: "the evidence may be incomplete: check the disk's space and speed"
            )
        }
    }

    /// Ends journald after it has written out what is queued; a second call does nothing.
    public func stop() throws {
        let first = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard first else { return }
        wakeUp.writeByte()
        let (keeper, notices) = state.withLock { ($0.keeper, $0.notices) }
        keeper?.join()
        notices.forEach { $0.join() }
        if let failure { throw failure }
        try collect()
    }

    // MARK: - The keeper thread

    private func keep(
        _ launcher: consuming JournaldLauncher,
        _ onRestart: @escaping @Sendable (String) -> Void
    ) {
        var child: ChildProcess
        do {
            child = try launcher.launch()
            note(child)
        } catch {
            fail(error)
            answers.writeByte()
            return
        }
        var keepAlive = KeepAliveStream(path: keepAlivePath)
        keepAlive.open()
        defer { keepAlive.end() }
        answers.writeByte()
        var restarts = 0
        while true {
            if wakeUp.waitForByte(or: child.descriptor) {
                end(child)
                return
            }
            let exit = child.reap()
            let how = exit.map(\.description) ?? "ended"
            do {
                child = try launchAgain(launcher, how, &restarts)
            } catch {
                fail(error)
                return
            }
            note(child)
            keepAlive.open()
            let reason = "journald \(how); restart \(restarts)"
            let notice = try? SystemThread(name: "journald-notice") { onRestart(reason) }
            if let notice { state.withLock { $0.notices.append(notice) } }
        }
    }

    /// Starts journald again; one that dies while it starts is started once more, some times in a row.
    private func launchAgain(
        _ launcher: borrowing JournaldLauncher,
        _ how: String,
        _ restarts: inout Int
    ) throws -> ChildProcess {
        var failures = 0
        while true {
            restarts += 1
            guard restarts <= Self.restartsMax else {
                throw JournalError(
                    .daemon,
                    what: "journald \(how) for the \(restarts)th time",
                    remedy: "read journald.log in the run directory"
                )
            }
            do {
                return try launcher.launch()
            } catch {
                failures += 1
                let isStopping = state.withLock { $0.isStopping }
                guard failures < Self.failuresMax, !isStopping else { throw error }
                usleep(100_000)
            }
        }
    }

    private func note(_ child: ChildProcess) {
        state.withLock { $0.pid = child.pid }
    }

    private func fail(_ error: any Error) {
        let failure =
            error as? JournalError
            ?? JournalError(.daemon, what: "journald: \(error)", remedy: "read journald.log")
        state.withLock { $0.failure = failure }
    }

    private func end(_ child: ChildProcess) {
        child.signal(SIGTERM)
        if !child.waitForEnd(Self.stopMax) {
            fail(
                JournalError(
                    .daemon,
                    what: "journald did not end within \(Self.stopMax) and was killed",
                    remedy: "the evidence may be incomplete: check the disk's space and speed"
                )
            )
            child.signalGroup(SIGKILL)
            _ = child.waitForEnd(.seconds(5))
        }
        _ = child.reap()
    }

    /// Moves journal files that journald put into a directory named for the machine up.
    private func collect() throws {
        for name in try Files.entries(of: directory) {
            let inner = "\(directory)/\(name)"
            guard Files.isDirectory(inner) else { continue }
            for file in try Files.entries(of: inner) {
                rename("\(inner)/\(file)", "\(directory)/\(file)")
            }
            rmdir(inner)
        }
    }
}

/// Hands the launcher to the keeper thread.
private final class LauncherBox: Sendable {
    private let launcher: Mutex<JournaldLauncher?>

    init(_ launcher: consuming Mutex<JournaldLauncher?>) {
        self.launcher = launcher
    }

    func take() -> JournaldLauncher? {
        launcher.withLock { $0.take() }
    }
}
