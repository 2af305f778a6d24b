import Evidence
import Messaging

/// A disk of a simulated server: what is on it, and what is on its way there.
struct SimulatedDisk {
    /// Changes that are not on the disk yet.
    struct Unfinished {
        var ticket: StoreTicket
        var operations: [StoreOperation]
    }

    private(set) var contents = StoreContents()
    private var unfinished: [Unfinished] = []
    /// When the last change reaches the disk: none overtakes another.
    private(set) var latest = Instant.zero

    /// Takes changes that will be there at a time; gives when that is, after all before them.
    mutating func take(
        _ ticket: StoreTicket,
        _ operations: [StoreOperation],
        at time: Instant
    ) -> Instant {
        unfinished.append(Unfinished(ticket: ticket, operations: operations))
        latest = max(latest, time)
        return latest
    }

    /// Changes up to a ticket are on the disk.
    mutating func finish(through ticket: StoreTicket) {
        let count = unfinished.prefix { $0.ticket <= ticket }.count
        finish(count)
    }

    /// The machine crashes: of what is unfinished the first few are there, each as a whole.
    mutating func crash(using random: inout SeededGenerator) {
        finish(random.below(unfinished.count + 1))
        unfinished = []
        latest = .zero
    }

    private mutating func finish(_ count: Int) {
        for change in unfinished.prefix(count) {
            for operation in change.operations { contents.apply(operation) }
        }
        unfinished.removeFirst(count)
    }
}
