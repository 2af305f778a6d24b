import DequeModule

/// The messages of one stream that are kept, and the users for whom each was pending from the start.
///
/// Messages that follow each other and wait for the same users are one run, whose users are kept once.
/// Who acknowledged what is known elsewhere, so an acknowledgement changes nothing here.
struct StreamStore: Sendable {
    /// Messages with consecutive numbers that were pending for the same users.
    struct Run: Sendable {
        var first: Int64
        var last: Int64
        /// The users, sorted.
        let users: [String]
    }

    /// Where a message lies in the log.
    private struct Place: Sendable {
        let number: Int64
        let index: Int64
    }

    /// The runs, by number.
    private(set) var runs: Deque<Run> = []
    /// The messages, by number.
    private var places: Deque<Place> = []

    /// Whether no message is kept.
    var isEmpty: Bool { places.isEmpty }

    /// Where a message lies in the log; nil where it is not kept.
    func index(of number: Int64) -> Int64? {
        guard let first = places.first, number >= first.number else { return nil }
        // Without gaps, which are rare, it is here.
        let guess = number - first.number
        if guess < places.count, places[Int(guess)].number == number {
            return places[Int(guess)].index
        }
        var range = places.startIndex..<places.endIndex
        while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
            let place = places[middle]
            if place.number == number { return place.index }
            range =
                place.number < number ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// Keeps a message; its number is larger than all before it.
    mutating func append(_ number: Int64, at index: Int64, users: [String]) {
        guard number > places.last?.number ?? 0 else { return }
        places.append(Place(number: number, index: index))
        if let run = runs.last {
            // Nearly always both are the same array, and told to be so at once.
            if number == run.last + 1, run.users == users {
                runs[runs.count - 1].last = number
                return
            }
        }
        runs.append(Run(first: number, last: number, users: users))
    }

    /// Forgets all messages up to a number.
    mutating func drop(through number: Int64) {
        while let first = places.first, first.number <= number { places.removeFirst() }
        while let run = runs.first, run.first <= number {
            if run.last > number {
                runs[0].first = number + 1
            } else {
                runs.removeFirst()
            }
        }
    }
}
