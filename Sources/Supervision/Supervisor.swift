import Evidence
import Glibc
public import Journal
import Synchronization

/// Starts the processes of a run, watches, stops and kills them, and writes down what became of them.
///
/// Each process gets a process group of its own, a clean environment with what it needs of the run,
/// and /dev/null or a control pipe as standard input. Its outputs go line by line to the journal
/// and to `output/NODE.INCARNATION.stdout` and `.stderr` in the run directory. At the end of a
/// node's process the rest of its group is killed, and what else came to us of it as an orphan.
/// Descendants that leave the group *and* take the run's variables out of their environment are not
/// found. Processes die with the orchestrator; what is left then is the guard's.
///
///     let supervisor = try Supervisor(run: id, directory: path, runtimePath: short,
///         journalSocket: journal.socketPath, writer: writer)
///     try await supervisor.start(specification)
///     try await supervisor.kill("server.1", signal: SIGKILL, fault: "kill.1")
///     await supervisor.shutdown()
public final class Supervisor: Sendable {
    private let mailbox: Mailbox
    private let board: Board
    private let thread: Mutex<SystemThread?>

    /// Makes the supervisor of a run. Ours becomes the parent of all orphans among its descendants.
    ///
    /// - Parameters:
    ///   - run: the run's id.
    ///   - directory: the run directory; `output/` and `ack/` are made in it.
    ///   - runtimePath: a short directory for the notify socket.
    ///   - journalSocket: the path of the journal's native socket, for the processes.
    ///   - writer: writes the supervisor's own records.
    ///   - guard: is told of each process group, so that it can end it after our death.
    /// - Throws: `SupervisionError` or `JournalError` where a directory, socket or thread cannot be
    ///   made.
    public init(
        run: String,
        directory: String,
        runtimePath: String,
        journalSocket: String,
        writer: JournalWriter,
        guard: Guard? = nil
    ) throws {
        _ = FileLimit.original
        let subreaper = try Subreaper()
        for name in ["output", "ack"] {
            try Files.makeDirectory("\(directory)/\(name)")
        }
        let directory = try Files.absolute(directory)
        let environment = ChildEnvironment(
            run: run,
            journalSocket: journalSocket,
            ackDirectory: "\(directory)/ack",
            notifyDirectory: runtimePath
        )
        mailbox = try Mailbox()
        board = Board()
        var poller = try Poller<Reactor.Source>()
        _ = try poller.add(mailbox.descriptor.number, .reading, .mailbox)
        let parts = ReactorParts(
            run: run,
            mailbox: mailbox,
            board: board,
            spawner: Spawner(environment: environment, outputDirectory: "\(directory)/output"),
            writer: writer,
            guardian: `guard`,
            poller: poller,
            subreaper: subreaper
        )
        thread = Mutex(try Self.thread(parts))
    }

    deinit {
        mailbox.post(.shutdown(nil))
    }

    /// What happens to the processes, as it happens; the oldest go first where nobody reads.
    ///
    /// One task may read it. It ends with the supervisor.
    public var events: AsyncStream<SupervisorEvent> { board.events }

    /// Starts a node's next incarnation (0 first) and returns when it is ready.
    ///
    /// - Throws: `SupervisionError` with the last lines of its standard error, where it could not be
    ///   executed, ended, or was not ready in time (then it is killed).
    public func start(_ specification: ProcessSpecification) async throws {
        try await ask { .start(specification, $0) }
    }

    /// Ends a node's process by a signal, for a fault; returns when it is gone.
    ///
    /// The signal goes to the node's own process; the rest of its group is killed when that has
    /// ended. The exit's cause is `injected`.
    /// - Throws: `SupervisionError` where the node has no process, or it lives 10 s after the signal.
    public func kill(_ node: String, signal: Int32, fault: String) async throws {
        precondition((1...64).contains(signal), "signal must be 1...64, got \(signal)")
        try await ask { .kill(node, signal: signal, fault: fault, $0) }
    }

    /// Stops these nodes at once (SIGTERM, after their `stopWithin` SIGKILL); returns when all are gone.
    ///
    /// Nodes that do not run are passed over. One that the system holds 10 s after SIGKILL is
    /// announced as stuck and waited for no more.
    public func stop(_ nodes: [String]) async {
        try? await ask { .stop(nodes, $0) }
    }

    /// Writes a line to a process's standard input; the newline is added.
    ///
    /// It does not wait until the process reads it; 64 KiB may wait.
    /// - Throws: `SupervisionError` where the node takes no control lines, has no process, does not
    ///   read, or the line is longer than 4 KiB or holds a newline.
    public func send(_ line: String, to node: String) async throws {
        let bytes = Array(line.utf8)
        let newline = UInt8(ascii: "\n")
        guard bytes.count <= ControlPipe.lineBytesMax, !bytes.contains(newline) else {
            throw SupervisionError(
                .control,
                node: node,
                what: "a control line of \(bytes.count) bytes cannot be sent",
                remedy: "send one line of at most \(ControlPipe.lineBytesMax) bytes"
            )
        }
        try await ask { .send(bytes + [newline], to: node, $0) }
    }

    /// Whether the node has a process that has not ended.
    public func isRunning(_ node: String) async -> Bool {
        board.status(of: node).pid != nil
    }

    /// How the node's last process ended; nil where none has.
    public func lastExit(of node: String) async -> Exit? {
        board.status(of: node).lastExit
    }

    /// The pid of the node's process, which is its process group too; nil where it has none.
    public func pid(of node: String) async -> Int32? {
        board.status(of: node).pid
    }

    /// The number of the node's last start, from 0; nil where it was never started.
    public func incarnation(of node: String) async -> Int? {
        board.status(of: node).incarnation
    }

    /// Kills what is left and closes everything. A second call does nothing.
    public func shutdown() async {
        try? await ask { .shutdown($0) }
        // The thread has nothing left to do but to end.
        thread.withLock { $0.take() }?.join()
    }

    private func ask(_ command: (Mailbox.Reply) -> Mailbox.Command) async throws {
        let error = await withCheckedContinuation { mailbox.post(command($0)) }
        if let error { throw error }
    }

    private static func thread(_ parts: ReactorParts) throws -> SystemThread {
        try SystemThread(name: "supervisor") {
            Reactor(parts).work()
            for command in parts.mailbox.close() {
                command.reply?.resume(returning: SupervisionError.shutDown(nil))
            }
            parts.board.close()
        }
    }
}
