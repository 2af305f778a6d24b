/// Whether two samples differ by more than chance: the exact two-sided test of Mann and Whitney (1947) on
/// ranks, with middle ranks for ties, and the shift between them after Hodges and Lehmann (1963).
///
/// It assumes that the values of a sample are independent, and nothing about how they are distributed.
public struct RankTest: Sendable, Hashable {
    /// The probability of ranks at least as uneven, if both were drawn alike: 0 … 1.
    public let probability: Double
    /// The median of all differences, second less first.
    public let shift: Double

    /// The most values in a sample; time and memory grow with the third power.
    public static let valuesMax = 50

    /// Compares two samples of 1 to `valuesMax` values each.
    public init(_ first: [Double], _ second: [Double]) {
        precondition(
            (1...Self.valuesMax).contains(first.count)
                && (1...Self.valuesMax).contains(second.count),
            "samples must have 1...\(Self.valuesMax) values, got \(first.count) and \(second.count)"
        )
        var differences: [Double] = []
        for left in first { for right in second { differences.append(right - left) } }
        differences.sort()
        let middle = differences.count / 2
        shift =
            differences.count % 2 == 1
            ? differences[middle] : (differences[middle - 1] + differences[middle]) / 2
        probability = Self.probability(first, second)
    }

    private static func probability(_ first: [Double], _ second: [Double]) -> Double {
        let all = (first + second).sorted()
        // Twice the middle rank of each value is a whole number.
        func doubledRank(_ value: Double) -> Int {
            let below = all.count { $0 < value }
            let equal = all.count { $0 == value }
            return 2 * below + equal + 1
        }
        let ranks = all.map(doubledRank)
        let observed = first.reduce(0) { $0 + doubledRank($1) }
        let total = ranks.reduce(0, +)
        // ways[k][s]: how many choices of k of the values have doubled ranks that add up to s.
        var ways = [[Double]](
            repeating: [Double](repeating: 0, count: total + 1),
            count: first.count + 1
        )
        ways[0][0] = 1
        for rank in ranks {
            for count in stride(from: first.count, to: 0, by: -1) {
                for sum in stride(from: total, through: rank, by: -1)
                where ways[count - 1][sum - rank] > 0 {
                    ways[count][sum] += ways[count - 1][sum - rank]
                }
            }
        }
        // Times the number of values the distance from the expected sum is a whole number.
        let distance = abs(observed * all.count - total * first.count)
        var (extreme, every) = (0.0, 0.0)
        for (sum, count) in ways[first.count].enumerated() where count > 0 {
            every += count
            if abs(sum * all.count - total * first.count) >= distance { extreme += count }
        }
        return min(1, extreme / every)
    }
}
