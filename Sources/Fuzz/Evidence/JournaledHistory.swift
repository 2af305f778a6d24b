import Evidence
import Journal
import Synchronization

/// A generated history in journal files that a real journald wrote.
enum JournaledHistory {
    /// Writes one; the number of its records. Some of its clients write their deliveries in batches
    /// where `batched` says so.
    ///
    /// - Throws: `JournalError` where journald cannot be had or does not take them.
    static func write(
        records: Int,
        seed: UInt64,
        into folder: String,
        fileSize: String,
        batched: Bool = false
    ) throws -> Int {
        let runtime = try RuntimeDirectory.make(run: GeneratedHistory.run)
        defer { runtime.remove() }
        let restarts = Mutex(0)
        let journal = try PrivateJournal.start(
            runtime: runtime,
            directory: folder,
            logPath: "\(runtime.path)/journald.log",
            configuration: JournaldConfiguration(fileSizeMax: fileSize)
        ) { _ in restarts.withLock { $0 += 1 } }
        var writers: [String: Writer] = [:]
        var count = 0
        do {
            try GeneratedHistory.make(records: records, seed: seed) { entry in
                count += 1
                if let writer = writers[entry.node] { return try writer.write(entry) }
                let isBatched = batched && writers.count % 2 == 0
                let writer = try Self.writer(entry.node, runtime, isBatched)
                writers[entry.node] = writer
                try writer.write(entry)
            }
        } catch {
            try? journal.stop()
            throw error
        }
        try journal.stop()
        guard restarts.withLock({ $0 }) == 0 else {
            throw FuzzFinding(description: "journald ended by itself: the history is not whole")
        }
        return count
    }

    /// What writes the records of a node.
    private enum Writer {
        case single(JournalWriter)
        case batched(DeliveryBatcher)

        func write(_ entry: GeneratedHistory.Entry) throws {
            switch self {
            case .single(let writer): try writer.write(entry.event, entry.fields, at: entry.time)
            case .batched(let batcher): try batcher.write(entry.event, entry.fields, at: entry.time)
            }
        }
    }

    private static func writer(
        _ node: String,
        _ runtime: RuntimeDirectory,
        _ isBatched: Bool
    ) throws -> Writer {
        let writer = try JournalWriter(
            identity: WriterIdentity(
                run: GeneratedHistory.run,
                node: node,
                incarnation: 0,
                program: "generated"
            ),
            socketPath: runtime.journalSocket,
            ackPagePath: "\(runtime.path)/\(node).ack"
        )
        return isBatched ? .batched(DeliveryBatcher(writer)) : .single(writer)
    }
}
