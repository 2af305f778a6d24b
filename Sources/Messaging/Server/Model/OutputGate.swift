import DequeModule
import Evidence

/// Keeps back what a core says to the world until everything that it rests on is on the disk.
///
/// Each step that changes what is kept gets a ticket; its words, and those of the steps after it, wait for
/// that ticket. So nobody ever hears of anything that a crash could undo, and words keep their
/// order. Without changes under way words pass at once.
struct OutputGate: Sendable {
    private struct Batch: Sendable {
        let ticket: StoreTicket
        var effects: [Effect] = []
    }

    private var batches: Deque<Batch> = []
    private var last: Int64 = 0
    /// How many effects wait.
    private(set) var waiting = 0

    /// The most effects that may wait: a disk that falls so far behind is no use.
    static let waitingMax = 1_000_000

    /// Whether everything is on the disk.
    var isOpen: Bool { batches.isEmpty }
    var isTooFull: Bool { waiting > Self.waitingMax }

    /// What of a step's effects may be done now, with the order to store its changes before them.
    mutating func pass(
        _ effects: [Effect],
        changes: [StoreOperation],
        now: Instant
    ) -> [Effect] {
        if changes.isEmpty && batches.isEmpty { return effects }
        var passed: [Effect] = []
        if !changes.isEmpty {
            last += 1
            let ticket = StoreTicket(last)
            batches.append(Batch(ticket: ticket))
            passed.append(.store(ticket, changes))
        }
        for effect in effects {
            switch effect {
            case .send, .broadcast, .confirmWritten, .close, .abort, .show, .ready, .exit:
                hold(effect)
            case .record(let kind, let fields, let instant):
                // It waits too: what a crash undoes was never told.
                hold(.record(kind, fields, at: instant ?? now))
            case .allow, .setReading, .dial, .setTimer, .cancelTimer, .takeLine, .store, .hash:
                passed.append(effect)
            }
        }
        return passed
    }

    private mutating func hold(_ effect: Effect) {
        batches[batches.count - 1].effects.append(effect)
        waiting += 1
    }

    /// What waited for a ticket, or for one before it.
    mutating func release(through ticket: StoreTicket) -> [Effect] {
        var released: [Effect] = []
        while let first = batches.first, first.ticket <= ticket {
            released += first.effects
            batches.removeFirst()
        }
        waiting -= released.count
        return released
    }

    /// Forgets what waits.
    mutating func clear() {
        batches = []
        waiting = 0
    }
}
