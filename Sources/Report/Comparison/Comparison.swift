public import Checkers

/// Two runs, or two sets of runs, side by side: verdicts, rates and latencies, and whether what differs is more
/// than chance.
public struct Comparison: Sendable {
    /// One number in both sets.
    public struct Row: Sendable {
        /// Which.
        public var metric: RunMetrics.Metric
        /// The median over the first set.
        public var before: Double
        /// The median over the second set.
        public var after: Double
        /// What can be said of the difference.
        public var statement: Statement
    }

    /// What can be said of a difference.
    public enum Statement: Sendable, Hashable {
        /// One run each: how far the two ranges of 95 % confidence are apart, for latencies; nothing for rates.
        case ranges(ClosedRange<Double>, ClosedRange<Double>)
        /// One run each, and a number that has no samples of its own.
        case none
        /// Several runs: the probability of such a difference by chance, corrected for the number of rows.
        case test(probability: Double, shift: Double)
    }

    /// A guarantee in both sets: how many runs it was judged in, and in how many it was violated.
    public struct VerdictRow: Sendable {
        /// Which.
        public var guarantee: Guarantee
        /// The verdicts of the first set: word and number of runs, by word.
        public var before: [(word: String, runs: Int)]
        /// The verdicts of the second set.
        public var after: [(word: String, runs: Int)]

        /// Whether both sets came out alike.
        public var isSame: Bool {
            before.map(\.word) == after.map(\.word)
                && (before.count == 1 || before.map(\.runs) == after.map(\.runs))
        }
    }

    /// The numbers, in a fixed order.
    public let rows: [Row]
    /// The guarantees that were judged in either set.
    public let verdicts: [VerdictRow]
    /// How many runs each set has.
    public let runs: (before: Int, after: Int)
    /// The plans of each set; more than one, or different ones, are told.
    public let plans: (before: [String], after: [String])

    /// The probability below which a difference is called one.
    public static let level = 0.05

    /// The places of the first two runs that are one, by their ids or paths; nil where each is there once. A run that
    /// counted as several samples would make chance look like proof.
    public static func repeated(_ runs: [String]) -> (first: Int, second: Int)? {
        var places: [String: Int] = [:]
        for (place, run) in runs.enumerated() {
            if let first = places[run] { return (first, place) }
            places[run] = place
        }
        return nil
    }

    /// Compares; each set has 1 to `RankTest.valuesMax` runs.
    public init(_ before: [RunMetrics], _ after: [RunMetrics]) {
        runs = (before.count, after.count)
        plans = (Self.names(before), Self.names(after))
        let judged = Guarantee.allCases.filter { guarantee in
            (before + after).contains { $0.verdicts[guarantee] != nil }
        }
        verdicts = judged.map { guarantee in
            VerdictRow(
                guarantee: guarantee,
                before: Self.words(before, guarantee),
                after: Self.words(after, guarantee)
            )
        }
        var rows: [Row] = []
        for metric in RunMetrics.Metric.allCases {
            let left = before.compactMap { $0.values[metric] }
            let right = after.compactMap { $0.values[metric] }
            guard !left.isEmpty, !right.isEmpty else { continue }
            var statement = Statement.none
            if left.count > 1 || right.count > 1 {
                let test = RankTest(left, right)
                statement = .test(probability: test.probability, shift: test.shift)
            } else if let one = before.first?.ranges[metric],
                let other = after.first?.ranges[metric]
            {
                statement = .ranges(one, other)
            }
            rows.append(
                Row(
                    metric: metric,
                    before: Self.median(left),
                    after: Self.median(right),
                    statement: statement
                )
            )
        }
        self.rows = Self.corrected(rows)
    }

    /// The rows that got worse by more than chance, and the guarantees that are violated in more runs.
    public var worse: [String] {
        let numbers = rows.filter { row in
            guard row.isDifferent else { return false }
            return row.metric.isRate ? row.after < row.before : row.after > row.before
        }
        let broken = verdicts.filter { row in
            Self.share(of: "violated", row.after) > Self.share(of: "violated", row.before)
        }
        return broken.map { "\($0.guarantee.code) \($0.guarantee.name)" }
            + numbers.map(\.metric.rawValue)
    }

    private static func share(of word: String, _ rows: [(word: String, runs: Int)]) -> Double {
        let all = rows.reduce(0) { $0 + $1.runs }
        let those = rows.first { $0.word == word }?.runs ?? 0
        return all == 0 ? 0 : Double(those) / Double(all)
    }

    /// The correction of Holm (1979): of several differences the smallest probability counts as many times as
    /// there are rows, the next one time less, and so on.
    private static func corrected(_ rows: [Row]) -> [Row] {
        var rows = rows
        let order = rows.indices.sorted { rows[$0].probability < rows[$1].probability }
        var least = 0.0
        for (place, index) in order.enumerated() {
            guard case .test(let probability, let shift) = rows[index].statement else { continue }
            least = max(least, min(1, probability * Double(rows.count - place)))
            rows[index].statement = .test(probability: least, shift: shift)
        }
        return rows
    }

    private static func names(_ runs: [RunMetrics]) -> [String] { Set(runs.map(\.plan)).sorted() }

    private static func words(
        _ runs: [RunMetrics],
        _ guarantee: Guarantee
    ) -> [(word: String, runs: Int)] {
        var counts: [String: Int] = [:]
        for run in runs { counts[run.verdicts[guarantee]?.word ?? "not-checked", default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension Comparison.Row {
    /// The probability of the difference by chance; 1 where that cannot be said.
    var probability: Double {
        switch statement {
        case .test(let probability, _): probability
        case .ranges, .none: 1
        }
    }

    /// Whether the difference is more than chance.
    public var isDifferent: Bool {
        switch statement {
        case .test(let probability, _): probability < Comparison.level
        case .ranges(let one, let other): !one.overlaps(other)
        case .none: false
        }
    }
}
