import Evidence
import Synchronization

/// Keeps the records that a part under test writes.
final class RecordLog: Sendable {
    private let entries = Mutex<[(EventKind, FieldValues)]>([])

    /// The kinds, in the order of writing.
    var kinds: [EventKind] { entries.withLock { $0.map(\.0) } }

    func add(_ kind: EventKind, _ values: FieldValues) {
        entries.withLock { $0.append((kind, values)) }
    }
}
