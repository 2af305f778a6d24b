import DequeModule
import Evidence

/// What a super-peer has stored, in the order in which it stored it.
struct ReplicatedLog: Sendable {
    /// One item.
    struct Entry: Sendable {
        var item: Item
        /// The super-peer that took it first, and its number there.
        let origin: ServerID
        let sequence: Int64
        let storedAt: Instant
        /// The super-peer from which it came; nil where it was taken here.
        let source: ServerID?
        /// Whether it is a message that was stored already, by way of another super-peer.
        var isRepeat = false

        /// The bytes of what a client said; 0 for other items.
        var bytes: Int {
            guard case .message(let message) = item else { return 0 }
            return message.activity.bytes.count
        }
    }

    private var entries: Deque<Entry> = []
    /// The bytes of what clients said in all entries.
    private(set) var bytes = 0
    /// The index of the first entry that is kept.
    private(set) var start: Int64 = 0
    /// What is stored, by origin.
    private(set) var vector = VersionVector()
    /// What was dropped since, by origin.
    private(set) var floor = VersionVector()
    /// The largest number among all messages that is stored, and the largest that was dropped, where
    /// the order is total.
    var lastOrder: Int64 = 0
    private(set) var floorOrder: Int64 = 0
    /// All before this index were held once.
    var heldThrough: Int64 = 0

    /// The index after the last entry.
    var end: Int64 { start + Int64(entries.count) }

    subscript(index: Int64) -> Entry {
        get { entries[Int(index - start)] }
        set { entries[Int(index - start)] = newValue }
    }

    /// Stores an item; gives its index.
    mutating func append(_ entry: Entry) -> Int64 {
        precondition(
            entry.sequence == vector[entry.origin] + 1,
            "\(entry.origin) \(entry.sequence) must follow \(vector[entry.origin])"
        )
        return add(entry)
    }

    /// Drops the first entry.
    mutating func dropFirst() -> Entry? {
        guard let entry = entries.popFirst() else { return nil }
        start += 1
        bytes -= entry.bytes
        heldThrough = max(heldThrough, start)
        floor.raise(entry.origin, to: entry.sequence)
        if case .message(let message) = entry.item { floorOrder = max(floorOrder, message.order) }
        return entry
    }

    /// Begins with what an earlier life had dropped, at the index after it.
    mutating func restore(_ dropped: VersionVector, order: Int64, from start: Int64) {
        precondition(entries.isEmpty, "only a new log is restored, got \(entries.count) entries")
        self.start = start
        heldThrough = start
        skip(to: dropped, order: order)
    }

    /// Appends an entry of an earlier life; gives its index.
    mutating func restore(_ entry: Entry) -> Int64 { add(entry) }

    private mutating func add(_ entry: Entry) -> Int64 {
        vector.raise(entry.origin, to: entry.sequence)
        bytes += entry.bytes
        entries.append(entry)
        return end - 1
    }

    /// Takes over what another super-peer dropped: it cannot be had any more.
    mutating func skip(to dropped: VersionVector, order: Int64) {
        vector.raise(to: dropped)
        floor.raise(to: dropped)
        lastOrder = max(lastOrder, order)
        floorOrder = max(floorOrder, order)
    }
}
