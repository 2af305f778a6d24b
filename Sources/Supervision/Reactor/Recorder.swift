import Evidence
import Journal

/// Writes the supervisor's records, until the journal takes no more.
struct Recorder {
    private let writer: JournalWriter
    private var isLost = false

    init(_ writer: JournalWriter) {
        self.writer = writer
    }

    /// Writes a record; returns why the journal does not take records any more, the first time.
    ///
    /// After a failure nothing is tried again: each try may wait for long, and processes must be
    /// watched and stopped meanwhile. The evidence is incomplete then, which its check finds.
    mutating func write(_ kind: EventKind, _ fields: FieldValues, at time: Instant) -> String? {
        guard !isLost else { return nil }
        do {
            try writer.write(kind, fields, at: time)
            return nil
        } catch {
            isLost = true
            return "\(error)"
        }
    }
}
