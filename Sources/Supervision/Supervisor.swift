public import Journal

/// Starts the processes of a run, watches, stops and kills them, and writes down what became of them.
public final class Supervisor: Sendable {
    /// What happens to the processes, as it happens.
    public let events: AsyncStream<SupervisorEvent>

    /// Makes the supervisor of a run.
    ///
    /// - Parameters:
    ///   - run: the run's id.
    ///   - directory: the run directory; `output/` and `ack/` are made in it.
    ///   - runtimePath: a short directory for the notify socket.
    ///   - journalSocket: the path of the journal's native socket, for the processes.
    ///   - writer: writes the supervisor's own records.
    ///   - guard: is told of each process group, so that it can end it after our death.
    public init(
        run: String,
        directory: String,
        runtimePath: String,
        journalSocket: String,
        writer: JournalWriter,
        guard: Guard? = nil
    ) throws {
        events = AsyncStream { $0.finish() }
    }

    /// Starts a node's next incarnation (0 first) and returns when it is ready.
    ///
    /// - Throws: `SupervisionError` with the last lines of its standard error, where it could not be
    ///   executed, ended, or was not ready in time (then it is killed).
    public func start(_ specification: ProcessSpecification) async throws {
        throw closed
    }

    /// Ends a node's process by a signal, for a fault; returns when it is gone.
    public func kill(_ node: String, signal: Int32, fault: String) async throws {
        throw closed
    }

    /// Stops these nodes at once (SIGTERM, after their `stopWithin` SIGKILL); returns when all are gone.
    public func stop(_ nodes: [String]) async {}

    /// Writes a line to a process's standard input.
    public func send(_ line: String, to node: String) async throws {
        throw closed
    }

    /// Whether the node has a process that has not ended.
    public func isRunning(_ node: String) async -> Bool { false }

    /// How the node's last process ended; nil where none has.
    public func lastExit(of node: String) async -> Exit? { nil }

    /// The pid of the node's running process.
    public func pid(of node: String) async -> Int32? { nil }

    /// The number of the node's last start; nil where it was never started.
    public func incarnation(of node: String) async -> Int? { nil }

    /// Kills what is left and closes everything. A second call does nothing.
    public func shutdown() async {}

    private var closed: SupervisionError {
        SupervisionError(.shutDown, node: nil, what: "it is shut down", remedy: "make a new one")
    }
}
