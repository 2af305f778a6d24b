public import Evidence
import Synchronization

/// Writes records in their order, deliveries that follow each other as one.
///
/// What it keeps back is written with the next record of another kind, when a batch is full, and by
/// `settle`. Call that before a delivery is acknowledged or acted upon: evidence must never be behind the
/// system.
///
///     let batcher = DeliveryBatcher(writer)
///     try batcher.write(.deliver, fields, at: now)
///     try batcher.settle()
public final class DeliveryBatcher: Sendable {
    private let writer: JournalWriter
    private let pending = Mutex<DeliveryBatch?>(nil)

    /// Makes one that writes by another writer, by which nobody else may write deliveries meanwhile.
    public init(_ writer: JournalWriter) {
        self.writer = writer
    }

    /// Writes a record, or keeps it where it is a delivery.
    ///
    /// - Throws: `JournalError` where the journal did not accept it, or what was kept back.
    public func write(_ kind: EventKind, _ fields: FieldValues, at time: Instant) throws {
        try pending.withLock { pending in
            guard kind == .deliver else {
                try settle(&pending)
                return try writer.write(kind, fields, at: time)
            }
            if pending?.add(fields, at: time) == true { return }
            try settle(&pending)
            pending = DeliveryBatch(fields, at: time)
            if pending == nil { try writer.write(kind, fields, at: time) }
        }
    }

    /// Writes what is kept back.
    ///
    /// - Throws: `JournalError` where the journal did not accept it; it is not tried again.
    public func settle() throws {
        try pending.withLock { try settle(&$0) }
    }

    private func settle(_ pending: inout DeliveryBatch?) throws {
        guard let batch = pending else { return }
        pending = nil
        try writer.write(batch)
    }
}
