import Evidence

/// When server faults were in force: faults on a server, on a link between servers or, for one
/// client's sessions, on its own links; until `settle` after the fault's verified heal (a crash: after
/// the node is ready, or its exit if it stays down).
///
/// A fault may act from its intent on, since its `fault-applied` record is written when it is done. One
/// that was never seen healed is in force to the end. Spans are merged, so a look-up is a binary search.
struct ServerFaults {
    /// A stretch of time, both ends included.
    struct Span: Equatable {
        var from: Instant
        var to: Instant
    }

    /// The end of a span that never ends.
    static let never = Instant(nanoseconds: .max)

    private let common: [Span]
    private let ownByNode: [String: [Span]]

    init(_ history: History, settings: CheckSettings, servers: Set<String>) {
        var common: [Span] = []
        var own: [String: [Span]] = [:]
        // What was given up before it was even intended was never in force.
        for fault in history.faults where fault.intended != nil || fault.applied != nil {
            let span = Span(
                from: fault.from,
                to: fault.until.map { Self.add($0, settings.settle) } ?? Self.never
            )
            if fault.targets.contains(where: servers.contains) {
                common.append(span)
            }
            for link in fault.links {
                let clients = [link.from, link.to].filter { !servers.contains($0) }
                if clients.isEmpty {
                    common.append(span)
                }
                for client in clients {
                    own[client, default: []].append(span)
                }
            }
        }
        let all = common
        self.common = Self.merged(common)
        ownByNode = own.mapValues { Self.merged($0 + all) }
    }

    /// Whether one was in force for the sessions of a node at some time from `from` to `to`.
    func overlap(_ from: Instant, _ to: Instant, node: String) -> Bool {
        end(from, to, node: node) != nil
    }

    /// When the last one ended that was in force for a node at some time from `from` to `to`.
    func end(_ from: Instant, _ to: Instant, node: String) -> Instant? {
        let spans = ownByNode[node] ?? common
        // The last span that begins no later than `to` is the last that can overlap.
        let after = spans.partitioningIndex { $0.from > to }
        guard after > 0, spans[after - 1].to >= from else { return nil }
        return spans[after - 1].to
    }

    /// The instant at which `duration` has passed since `time`, time under a server fault apart.
    func advance(_ time: Instant, by duration: Duration, node: String) -> Instant {
        let spans = ownByNode[node] ?? common
        var now = time
        var left = duration
        for span in spans[spans.partitioningIndex { $0.to >= time }...] {
            if span.from > now {
                let free = span.from - now
                if free >= left { return Self.add(now, left) }
                left -= free
            }
            now = max(now, span.to)
            if now == Self.never { return now }
        }
        return Self.add(now, left)
    }

    /// A sum that stops at the end of time.
    static func add(_ time: Instant, _ duration: Duration) -> Instant {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return overflow ? never : Instant(nanoseconds: sum)
    }

    private static func merged(_ spans: [Span]) -> [Span] {
        var result: [Span] = []
        for span in spans.sorted(by: { $0.from < $1.from }) {
            if let last = result.last, last.to >= span.from {
                result[result.count - 1].to = max(last.to, span.to)
            } else {
                result.append(span)
            }
        }
        return result
    }
}

extension Array {
    /// The first index from which on the condition is true; it must not be true before a false one.
    func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }
}
