import Evidence
import Journal

/// A real journald with one writer, for one test.
struct RealJournal {
    let runtime: RuntimeDirectory
    /// Where its files are.
    let directory: String
    let journal: PrivateJournal
    let writer: JournalWriter

    /// Starts it; who made it removes `runtime` in the end.
    init(_ name: String, fileSizeMax: String = JournaldConfiguration().fileSizeMax) throws {
        runtime = try RuntimeDirectory.make(run: name)
        directory = "\(runtime.path)/journal"
        journal = try PrivateJournal.start(
            runtime: runtime,
            directory: directory,
            configuration: JournaldConfiguration(fileSizeMax: fileSizeMax)
        ) { _ in }
        writer = try JournalWriter(
            identity: WriterIdentity(run: "r", node: "n", incarnation: 0, program: "test"),
            socketPath: runtime.journalSocket,
            ackPagePath: "\(runtime.path)/ack"
        )
    }
}
