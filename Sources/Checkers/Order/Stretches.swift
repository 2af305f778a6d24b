import Evidence

/// Stretches of time in which a number is out of its bounds: how many masters there are, how many list a
/// peer.
///
/// Changes are added in any order; those at one instant count as one. n·log n in the changes.
struct Stretches {
    /// A stretch of time; `from` is in it, `to` is not.
    struct Stretch: Equatable {
        var from: Instant
        var to: Instant
    }

    private var changes: [(time: Instant, difference: Int)] = []

    /// Adds to the number from one time on until another.
    mutating func add(_ difference: Int, from: Instant, to: Instant) {
        guard from < to else { return }
        changes.append((from, difference))
        changes.append((to, -difference))
    }

    /// The number, but never more than a maximum.
    func capped(at most: Int) -> Stretches {
        var result = Stretches()
        var number = 0
        for change in changes.sorted(by: { $0.time < $1.time }) {
            let difference = min(number + change.difference, most) - min(number, most)
            number += change.difference
            if difference != 0 { result.changes.append((change.time, difference)) }
        }
        return result
    }

    /// This number less another one.
    func subtracting(_ other: Stretches) -> Stretches {
        var result = self
        result.changes += other.changes.map { ($0.time, -$0.difference) }
        return result
    }

    /// When the number was what it must not be, up to `end`.
    func stretches(until end: Instant, where isWrong: (Int) -> Bool) -> [Stretch] {
        var result: [Stretch] = []
        var number = 0
        var since: Instant?
        let sorted = changes.filter { $0.time < end }.sorted { $0.time < $1.time }
        for (place, change) in sorted.enumerated() {
            number += change.difference
            let isLast = place + 1 == sorted.count || sorted[place + 1].time > change.time
            guard isLast else { continue }
            if isWrong(number) {
                since = since ?? change.time
            } else if let from = since {
                result.append(Stretch(from: from, to: change.time))
                since = nil
            }
        }
        if let since { result.append(Stretch(from: since, to: end)) }
        return result
    }
}
