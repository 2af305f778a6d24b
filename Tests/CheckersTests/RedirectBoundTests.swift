import Evidence
import Foundation
import Testing

@testable import Checkers

/// The bound on redirects, held against the exact distribution of their number.
@Suite struct RedirectBoundTests {
    /// The exact probability of each number of redirects: the convolution of all decisions.
    private func distribution(_ chances: [(part: Int, whole: Int)]) -> [Double] {
        var result = [1.0]
        for chance in chances {
            let share = Double(chance.part) / Double(chance.whole)
            var next = [Double](repeating: 0, count: result.count + 1)
            for (number, probability) in result.enumerated() {
                next[number] += probability * (1 - share)
                next[number + 1] += probability * share
            }
            result = next
        }
        return result
    }

    private func chances(seed: Int, count: Int) -> [(part: Int, whole: Int)] {
        var random = SeededGenerator(seed: UInt64(seed), stream: "chances")
        let whole = random.within(2...40)
        return (0..<count).map { _ in (random.within(1...(whole - 1)), whole) }
    }

    @Test(
        "a right system is outside with a probability of at most one in a million, and not far below",
        arguments: [(1, 30), (2, 31), (3, 60), (4, 100), (5, 300), (6, 1000), (7, 2000)]
    )
    func isSound(seed: Int, count: Int) {
        let chances = chances(seed: seed, count: count)
        var bound = RedirectBound()
        for chance in chances { bound.add(Int64(chance.part), of: Int64(chance.whole)) }
        let (low, high) = bound.limits(doubt: 1e-6)
        let exact = distribution(chances)
        var outside = 0.0
        for (number, probability) in exact.enumerated()
        where Double(number) < low || Double(number) > high {
            outside += probability
        }
        #expect(outside <= 1e-6)
        // The exact two-sided interval is not much narrower.
        var tail = 0.0
        var exactLow = 0
        while tail + exact[exactLow] < 5e-7 {
            tail += exact[exactLow]
            exactLow += 1
        }
        let expected = bound.expected
        #expect(expected - low < 1.6 * (expected - Double(exactLow)) + 2)
        #expect(low < expected && expected < high)
    }

    @Test("thirty decisions by chance show a server that never redirects, or always")
    func shows() {
        var bound = RedirectBound()
        for number in 0..<30 { bound.add(Int64(number % 3 + 1), of: 4) }
        let (low, high) = bound.limits(doubt: 1e-6)
        #expect(low > 0)
        #expect(high < 30)
    }

    @Test(
        "the logarithm is that of the machine's library",
        arguments: [1e-9, 0.3, 0.99, 1, 1.01, 2, 30, 2.3e7]
    )
    func logarithm(number: Double) {
        let difference = RedirectBound.logarithm(number) - Foundation.log(number)
        #expect(abs(difference) < 1e-12)
    }
}
