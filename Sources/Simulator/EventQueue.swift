import Evidence

/// What happens next: a binary heap of things with their times; of those at one time, first in first
/// out.
struct EventQueue<Element> {
    private struct Entry {
        let time: Instant
        let number: Int
        let element: Element

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }
    }

    private var heap: [Entry] = []
    private var last = 0

    var isEmpty: Bool { heap.isEmpty }

    /// When the next thing happens.
    var nextTime: Instant? { heap.first?.time }

    mutating func add(_ element: Element, at time: Instant) {
        last += 1
        heap.append(Entry(time: time, number: last, element: element))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (time: Instant, element: Element)? {
        guard let first = heap.first, let end = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.time, first.element) }
        heap[0] = end
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child] < heap[least] { least = child }
            }
            guard least != parent else { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return (first.time, first.element)
    }
}
