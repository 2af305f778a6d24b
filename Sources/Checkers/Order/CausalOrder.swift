import Evidence

/// Which message precedes which: m1 precedes m2 if m2's stream had sent or been delivered m1 before m2's
/// invoke, and whatever precedes m1 does too.
///
/// A *lane* is one client incarnation as one user, until it says that it begins another stream; its
/// sends have places from 1. What precedes a message is, of each lane, all up to some place: a vector. A
/// message keeps only the entries that rose since the message before it in its lane, so that learning of
/// a message costs its own entries and not a vector.
///
/// Time and memory: linear in sends and deliveries, times the number of lanes that send between two
/// sends of one lane; and four bytes for each pair of lanes.
struct CausalOrder {
    /// So many lanes have their vectors in 256 MiB.
    static let lanesMax = 8192

    /// A place in a lane.
    struct Entry {
        var lane: Int32
        var place: Int32
    }

    /// How many lanes there are.
    private(set) var lanes = 0
    /// Whether sends and deliveries wait for each other in a circle: clocks that are no clocks.
    private(set) var isContradictory = false
    /// Of each message its lane and place; a lane of −1 where its send is not known.
    private var places: [Entry]
    private var messagesOfLane: [[Int32]] = []
    /// Of each message its part of `entries`.
    private var parts: [Range<Int32>]
    private var entries: [Entry] = []

    /// Works it out; nil where there are too many lanes, or the steps of the budget are used up.
    init?(_ history: History, _ findings: inout Findings) {
        places = [Entry](repeating: Entry(lane: -1, place: 0), count: history.messages.count)
        parts = [Range<Int32>](repeating: 0..<0, count: history.messages.count)
        guard findings.spend(history.records.count) else { return nil }
        var timelines = CausalTimelines(history)
        for (message, segment) in timelines.sends {
            let lane = timelines.lane(of: segment)
            if lane == messagesOfLane.count { messagesOfLane.append([]) }
            messagesOfLane[lane].append(Int32(message))
            let place = Int32(messagesOfLane[lane].count)
            places[message] = Entry(lane: Int32(lane), place: place)
        }
        lanes = messagesOfLane.count
        guard lanes <= Self.lanesMax else {
            findings.exhaust()
            return nil
        }
        guard work(timelines, &findings) else { return nil }
    }

    /// The lane and the place of a message; nil where its send is not known.
    func place(of message: Int) -> Entry? {
        places[message].lane < 0 ? nil : places[message]
    }

    /// Whether any message precedes this one.
    func hasPast(_ message: Int) -> Bool {
        places[message].place > 1 || !parts[message].isEmpty
    }

    /// Adds a message, and all that precedes it, to what is known.
    ///
    /// - Parameters:
    ///   - known: of each lane the highest place that is known; with a place all that precedes it.
    ///   - rose: told every lane whose place rose.
    /// - Returns: the steps that it took.
    func learn(_ message: Int, _ known: inout [Int32], rose: (Int) -> Void) -> Int {
        let own = places[message]
        guard own.lane >= 0 else { return 1 }
        let lane = Int(own.lane)
        var steps = 1
        guard known[lane] < own.place else { return steps }
        // With a place the ones before it in the lane are known: only what came since is new.
        for earlier in messagesOfLane[lane][Int(known[lane])..<Int(own.place)] {
            let part = parts[Int(earlier)]
            steps += part.count
            for entry in entries[Int(part.lowerBound)..<Int(part.upperBound)]
            where known[Int(entry.lane)] < entry.place {
                known[Int(entry.lane)] = entry.place
                rose(Int(entry.lane))
            }
        }
        known[lane] = own.place
        rose(lane)
        return steps
    }

    /// Goes through all timelines, each until it waits for a send that was not come to yet.
    private mutating func work(_ timelines: CausalTimelines, _ findings: inout Findings) -> Bool {
        var knowledge = [Knowledge?](repeating: nil, count: lanes)
        var cursors = timelines.events.map(\.startIndex)
        var isSent = [Bool](repeating: false, count: places.count)
        var waiting: [Int32: [Int]] = [:]
        var ready = Array(timelines.events.indices)
        var left = timelines.events.count
        while let timeline = ready.popLast() {
            var isWaiting = false
            while cursors[timeline] < timelines.events[timeline].endIndex {
                let event = timelines.events[timeline][cursors[timeline]]
                let lane = timelines.knownLane(of: event.segment)
                let message = Int(event.message)
                if lane != nil, !event.isSend, !isSent[message] {
                    waiting[event.message, default: []].append(timeline)
                    isWaiting = true
                    break
                }
                cursors[timeline] += 1
                guard let lane else { continue }
                var own = knowledge[lane] ?? Knowledge(lanes: lanes)
                // Only one holds it at a time, so that it is changed in place.
                knowledge[lane] = nil
                if event.isSend {
                    parts[message] = own.take(&entries)
                    own.known[lane] = places[message].place
                    isSent[message] = true
                    ready += waiting.removeValue(forKey: event.message) ?? []
                } else if !findings.spend(own.learn(message, self)) {
                    return false
                }
                knowledge[lane] = own
            }
            if !isWaiting { left -= 1 }
        }
        isContradictory = left > 0
        return true
    }

    /// What a lane knows, and which of it the lane's last message did not carry yet.
    private struct Knowledge {
        var known: [Int32]
        private var risen: [Int32] = []
        private var isRisen: [Bool]

        init(lanes: Int) {
            known = [Int32](repeating: 0, count: lanes)
            isRisen = [Bool](repeating: false, count: lanes)
        }

        mutating func learn(_ message: Int, _ order: CausalOrder) -> Int {
            var risen = self.risen
            var isRisen = self.isRisen
            self.risen = []
            self.isRisen = []
            let steps = order.learn(message, &known) { lane in
                guard !isRisen[lane] else { return }
                isRisen[lane] = true
                risen.append(Int32(lane))
            }
            self.risen = risen
            self.isRisen = isRisen
            return steps
        }

        /// Writes what rose; nothing has risen then.
        mutating func take(_ entries: inout [Entry]) -> Range<Int32> {
            let first = Int32(entries.count)
            for lane in risen {
                isRisen[Int(lane)] = false
                entries.append(Entry(lane: lane, place: known[Int(lane)]))
            }
            risen.removeAll(keepingCapacity: true)
            return first..<Int32(entries.count)
        }
    }
}
