public import Evidence
import Glibc
import Synchronization

/// Writes the records of one incarnation of a node to the run's journal.
///
/// Each record gets the next number, is sent as one datagram by a blocking `sendto`, and is then
/// counted on the ack page; number and send are one step under a lock, so the numbers in the journal
/// rise without gaps and two records of one process lie in the order in which they were written.
///
///     let writer = try JournalWriter.fromEnvironment(program: "ordeal-node")
///     try writer?.writeStarted(version: "1.0")
///     try writer?.write(.listening, [.server: "127.0.0.1:4000"], at: MonotonicClock.now())
///     try writer?.close()
public final class JournalWriter: Sendable {
    /// Who writes.
    public let identity: WriterIdentity

    private let state: Mutex<State>

    private struct State: ~Copyable {
        let socket: JournalSocket
        let page: AckPage
        var encoder: RecordEncoder
        var next: Int64 = 0
        var blocked: Int64 = 0
        var isClosed = false
        var failure: JournalError?
    }

    /// Opens a writer for an incarnation.
    ///
    /// - Parameters:
    ///   - identity: who writes.
    ///   - socketPath: the path of journald's native socket; it need not exist yet.
    ///   - ackPagePath: the file of the incarnation's ack page; made where it is missing.
    /// - Throws: `JournalError` where a path does not fit or the page belongs to another process.
    public init(identity: WriterIdentity, socketPath: String, ackPagePath: String) throws {
        self.identity = identity
        state = Mutex(
            State(
                socket: try JournalSocket(path: socketPath),
                page: try AckPage(writing: ackPagePath),
                encoder: RecordEncoder(identity)
            )
        )
    }

    /// Opens the writer that the environment names, or returns nil where it names none.
    ///
    /// The variables are those of `JournalEnvironment`; all of them or none must be set.
    /// - Throws: `JournalError` where only some are set, or the journal cannot be opened.
    public static func fromEnvironment(program: String) throws -> JournalWriter? {
        guard let environment = try JournalEnvironment.current() else { return nil }
        return try JournalWriter(
            identity: environment.identity(program: program),
            socketPath: environment.socketPath,
            ackPagePath: environment.ackPagePath
        )
    }

    /// Writes one record; returns once the journal has accepted it.
    ///
    /// It blocks while the journal's queue is full, so call it where waiting is allowed. A daemon
    /// that restarts is waited for (10 s), one that reads nothing too (20 s). After that every write fails
    /// at once.
    /// - Parameters:
    ///   - kind: what happened.
    ///   - fields: the event's fields, as `EventSchema` lists them.
    ///   - time: when it happened, not when it is written.
    /// - Throws: `JournalError` where the journal did not accept it; its number is then used for
    ///   the next record, so the evidence has no gap.
    public func write(_ kind: EventKind, _ fields: FieldValues, at time: Instant) throws {
        Self.assertConforms(kind, fields)
        try state.withLock { try Self.write(kind, fields, time, identity, &$0) }
    }

    /// Writes many deliveries as one record, which takes as many places as it has deliveries.
    ///
    /// - Throws: `JournalError` where the journal did not accept it; none of them is written then.
    public func write(_ batch: DeliveryBatch) throws {
        let time = batch.deliveries.last?.time ?? MonotonicClock.now()
        try state.withLock {
            try Self.write(
                .deliverBatch,
                batch.fields,
                time,
                identity,
                &$0,
                places: Int64(batch.deliveries.count)
            )
        }
    }

    /// Writes the first record of a process: its pid and the program's version.
    public func writeStarted(version: String) throws {
        let fields: FieldValues = [.pid: String(getpid()), .version: version]
        try write(.started, fields, at: MonotonicClock.now())
    }

    /// Writes the closing record (how many records, how long it was blocked) and ends the writer.
    ///
    /// A second call does nothing. A write after it throws.
    public func close() throws {
        try state.withLock { state in
            guard !state.isClosed else { return }
            let fields: FieldValues = [
                .count: String(state.next + 1), .blocked: String(state.blocked),
            ]
            try Self.write(.closed, fields, MonotonicClock.now(), identity, &state)
            state.isClosed = true
        }
    }

    /// The number of records that the journal accepted so far; each delivery of a batch counts.
    public var accepted: Int64 {
        state.withLock { $0.next }
    }

    /// How long the writer was inside `sendto` so far: the time that it waited for the journal.
    public var blocked: Duration {
        state.withLock { .nanoseconds($0.blocked) }
    }

    private static func write(
        _ kind: EventKind,
        _ fields: FieldValues,
        _ time: Instant,
        _ identity: WriterIdentity,
        _ state: inout State,
        places: Int64 = 1
    ) throws {
        guard !state.isClosed else {
            throw JournalError(
                .closed,
                what: "\(identity.node) wrote \(kind.rawValue) after its closing record",
                remedy: "close the writer last"
            )
        }
        let record = Record(
            run: identity.run,
            node: identity.node,
            incarnation: identity.incarnation,
            sequence: state.next,
            time: time,
            event: kind,
            fields: fields
        )
        state.encoder.encode(record, message: RecordSentence.text(kind, fields))
        if let failure = state.failure { throw failure }
        let began = MonotonicClock.now()
        defer { state.blocked += (MonotonicClock.now() - began).nanoseconds }
        do {
            try state.socket.send(state.encoder.buffer)
        } catch let failure as JournalError {
            // A journal that was waited for in vain is not waited for again, record after record.
            state.failure = failure
            throw failure
        }
        state.next += places
        state.page.store(accepted: state.next)
    }

    /// Traps in debug builds where the fields are not those of the registry.
    private static func assertConforms(_ kind: EventKind, _ fields: FieldValues) {
        assert(
            {
                let schema = EventSchema(kind)
                return schema.required.allSatisfy { fields[$0] != nil }
                    && fields.pairs.allSatisfy {
                        schema.required.contains($0.field) || schema.optional.contains($0.field)
                    }
            }(),
            "\(kind.rawValue) must carry the fields of its schema, "
                + "got \(fields.pairs.map(\.field.rawValue))"
        )
    }
}
