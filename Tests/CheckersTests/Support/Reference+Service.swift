import Checkers
import Evidence

/// A1, A2 and P2 by plain loops over the records of a `SteadyRun`, in which every client is one node.
struct ServiceReference {
    let records: [Record]
    let bounds: Bounds

    init(_ records: [Record], _ bounds: Bounds) {
        self.records = records.sorted { $0.time < $1.time }
        self.bounds = bounds
    }

    private var workload: Range<Int64> {
        func time(_ phase: String) -> Int64 {
            records.first { $0[.phase] == phase }?.time.nanoseconds ?? 0
        }
        return time("workload")..<time("heal")
    }

    private var stop: Int64 {
        records.first { $0[.phase] == "stop" }?.time.nanoseconds ?? 0
    }

    /// Pairs of invocation and end as meant, for one kind.
    private func attempts(_ kind: EventKind) -> [(from: Int64, served: Int64?)] {
        var taken: Set<String> = []
        return records.filter { $0.event == kind }.map { asked in
            let end = records.first {
                switch kind {
                case .send: $0.event == .ack && $0[.message] == asked[.message]
                case .login: $0.event == .loginOK && $0[.operation] == asked[.operation]
                case _:
                    $0[.operation] == asked[.operation]
                        && ($0.event == .registerOK
                            || $0.event == .registerFail && taken.contains(asked[.user] ?? ""))
                }
            }
            if kind == .register { taken.insert(asked[.user] ?? "") }
            return (asked.time.nanoseconds, end?.time.nanoseconds)
        }
    }

    /// A1: whether a share is too small or an outage too long.
    func isUnavailable() -> Bool {
        [EventKind.register, .login, .send].contains { kind in
            let all = attempts(kind)
            let own = all.filter { workload.contains($0.from) }
            let served = own.count { $0.served != nil }
            if Double(served) < Double(own.count) * Double(bounds.availabilityPerMillion) / 1e6 {
                return true
            }
            guard let most = bounds.outageMax?.nanoseconds else { return false }
            return own.contains { attempt in
                if let end = attempt.served, end - attempt.from <= most { return false }
                let next = all.compactMap(\.served).filter { $0 > attempt.from }.min() ?? stop
                return next - attempt.from > most
            }
        }
    }

    /// P2: whether a quantile is too long: fewer than its share of the samples are within its bound.
    func isSlow() -> Bool {
        let sends = records.filter {
            $0.event == .send && workload.contains($0.time.nanoseconds)
        }
        func samples(_ kind: EventKind) -> [Int64] {
            sends.flatMap { send in
                records.filter {
                    $0.event == kind && $0[.message] == send[.message]
                        && $0[.session] == send[.session]
                }.map { $0.time.nanoseconds - send.time.nanoseconds }
            }
        }
        return [EventKind.ack, .deliver].contains { kind in
            let all = samples(kind)
            return !all.isEmpty
                && bounds.latency.contains { bound in
                    let within = all.count { $0 <= bound.max.nanoseconds }
                    return within * 1_000_000 < all.count * bound.perMillion
                }
        }
    }

    /// A2: for each group of faults whether all came back in time; nil: it cannot be told.
    func recoveries() -> [Bool?] {
        let within = (bounds.recovery ?? .zero).nanoseconds
        let spans = Set(records.compactMap { $0[.fault] }).map { id -> (Int64, Int64) in
            let own = records.filter { $0[.fault] == id }
            return (own[0].time.nanoseconds, own[own.count - 1].time.nanoseconds)
        }.sorted { $0 < $1 }
        var groups: [(Int64, Int64)] = []
        for span in spans {
            if let last = groups.last, span.0 <= last.1 + within {
                groups[groups.count - 1].1 = max(last.1, span.1)
            } else {
                groups.append(span)
            }
        }
        return groups.map { group in
            let end = group.1 + within
            if end > workload.upperBound { return nil }
            return isServed(group.1, end)
        }
    }

    private func isServed(_ from: Int64, _ end: Int64) -> Bool {
        let nodes = Set(records.map(\.node)).filter { $0.hasPrefix("client") }
        let there = nodes.filter { node in
            let own = records.filter { $0.node == node }
            return !own.contains { left in
                guard left.event == .logout else { return false }
                let back = own.first { $0.time > left.time && $0.event == .login }
                return left.time.nanoseconds <= end
                    && (back?.time.nanoseconds ?? .max) >= from
            }
        }
        let everybody = there.allSatisfy { node in
            records.contains {
                $0.node == node && ($0.event == .ack || $0.event == .loginOK)
                    && from < $0.time.nanoseconds && $0.time.nanoseconds <= end
            }
        }
        let acks = records.filter { $0.event == .ack }.map(\.time.nanoseconds)
            .filter { from < $0 && $0 <= end }
        let length = min(end - from, 1_000_000_000)
        let wanted =
            Double(bounds.sends) * Double(length) / Double(bounds.sendsPer.nanoseconds) * 0.9
            * Double(there.count) / Double(nodes.count)
        let best = acks.map { first in acks.count { first <= $0 && $0 < first + length } }.max()
        return everybody && (wanted < 20 || Double(best ?? 0) >= wanted)
    }
}
