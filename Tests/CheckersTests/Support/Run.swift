import Checkers
import Evidence

/// A made-up run: events in order of time, from which whole evidence is made at the end.
///
/// Mutations change the events; sequence numbers, closing counts and ack pages are then made to fit, so
/// that nothing is missing. What takes evidence away works on the records themselves.
struct Run {
    struct Entry {
        var node: String
        var incarnation: Int
        var time: Int64
        var event: EventKind
        var fields: FieldValues

        func concerns(_ user: String) -> Bool { fields[.user] == user }
    }

    /// What is judged: all but what asks how fast the system serves, of which `SteadyRun` tells.
    static let judged = Guarantee.allCases.filter {
        ![.availability, .recovery, .latency].contains($0)
    }

    var entries: [Entry] = []
    var settings = CheckSettings(
        hold: .nanoseconds(40_000),
        settle: .nanoseconds(15_000),
        superPeers: 2,
        servers: ["server.1", "server.2", "server.3"],
        clusterSecret: "cluster",
        expectations: CheckSettings.holding(Run.judged)
    )

    /// The records, with gapless sequences and with counts that fit.
    func records() -> [Record] {
        let sorted = entries.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
        var counts: [NodeIncarnation: Int64] = [:]
        for entry in sorted {
            counts[NodeIncarnation(node: entry.node, incarnation: entry.incarnation), default: 0] +=
                1
        }
        var next: [NodeIncarnation: Int64] = [:]
        return sorted.enumerated().map { index, entry in
            let id = NodeIncarnation(node: entry.node, incarnation: entry.incarnation)
            let sequence = next[id, default: 0]
            next[id] = sequence + 1
            var fields = entry.fields
            if entry.event == .closed {
                fields[.count] = "\(sequence + 1)"
            }
            if entry.event == .exited, let target = fields[.target],
                let number = fields.integer(.targetIncarnation)
            {
                let id = NodeIncarnation(node: target, incarnation: Int(number))
                fields[.accepted] = "\(max(0, counts[id, default: 0] - (index % 2 == 0 ? 0 : 1)))"
            }
            return Record(
                run: "r",
                node: entry.node,
                incarnation: entry.incarnation,
                sequence: sequence,
                time: Instant(nanoseconds: entry.time),
                event: entry.event,
                fields: fields,
                journalSequence: UInt64(index + 1)
            )
        }
    }

    /// What the judge says, by code: every verdict but `holds`.
    func verdicts(_ records: [Record]? = nil) -> [String: String] {
        Self.verdicts(records ?? self.records(), settings)
    }

    static func verdicts(_ records: [Record], _ settings: CheckSettings) -> [String: String] {
        let outcome = Judge(History(records: records), settings: settings).outcome()
        var result: [String: String] = [:]
        for judgement in outcome.judgements {
            switch judgement.verdict {
            case .holds, .notChecked: continue
            case .violated, .unproved, .invalidExperiment:
                result[judgement.code] = judgement.verdict.word
            }
        }
        return result
    }

    /// The indices of the entries of a kind, in order.
    func indices(_ event: EventKind, where isWanted: (Entry) -> Bool = { _ in true }) -> [Int] {
        entries.indices.filter { entries[$0].event == event && isWanted(entries[$0]) }
    }

    /// Puts an entry directly after another one of the same writer, a nanosecond later.
    mutating func insert(after index: Int, _ event: EventKind, _ fields: FieldValues) {
        var entry = entries[index]
        entry.time += 1
        entry.event = event
        entry.fields = fields
        entries.insert(entry, at: index + 1)
    }
}
