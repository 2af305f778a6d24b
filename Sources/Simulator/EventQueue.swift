import Evidence

/// What happens next: a binary heap of things with their times; of those at one time, first in first
/// out.
struct EventQueue<Element> {
    /// A place in the heap: small, since the heap moves them about.
    private struct Entry {
        let time: Instant
        let number: Int
        let slot: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.time == right.time ? left.number < right.number : left.time < right.time
        }
    }

    private var heap: [Entry] = []
    private var slots: [Element?] = []
    private var free: [Int] = []
    private var last = 0

    var isEmpty: Bool { heap.isEmpty }

    /// When the next thing happens.
    var nextTime: Instant? { heap.first?.time }

    mutating func add(_ element: Element, at time: Instant) {
        last += 1
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(element) } else { slots[slot] = element }
        let entry = Entry(time: time, number: last, slot: slot)
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < heap[parent] else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func next() -> (time: Instant, element: Element)? {
        guard let first = heap.first, let end = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(end) }
        guard let element = slots[first.slot].take() else { return nil }
        free.append(first.slot)
        return (first.time, element)
    }

    private mutating func sink(_ entry: Entry) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < entry else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
