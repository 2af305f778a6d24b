/// The bounds within which the number of redirects must be, given the probability of each decision.
///
/// For any c > 0 the product of cˣ / (1 − p + p·c) over the decisions (x is 1 for a redirect, else 0) is a
/// fair game's capital: its mean stays 1, however a decision's p depends on those before it. So it reaches
/// G/δ with a probability of at most δ/G (Ville's inequality), and over G values of c with at most δ. Solved
/// for the number of redirects, each c above 1 gives an upper and each below 1 a lower bound.
/// Linear in the number of different p.
struct RedirectBound {
    /// The values of c above 1; those below are their inverses.
    static let tilts: [Double] = [1.01, 1.03, 1.1, 1.2, 1.35, 1.6, 2, 3, 5, 10, 30]

    /// How many decisions there were.
    private(set) var count = 0
    /// The mean of the number of redirects.
    private(set) var expected = 0.0
    private var decisions: [Share: Int] = [:]

    private struct Share: Hashable {
        let part: Int64
        let whole: Int64
    }

    /// Adds a decision whose redirect had the probability `part` / `whole`, between 0 and 1.
    mutating func add(_ part: Int64, of whole: Int64) {
        precondition(part > 0 && part < whole, "a probability must be in 0 ..< 1, not at its ends")
        count += 1
        expected += Double(part) / Double(whole)
        decisions[Share(part: part, whole: whole), default: 0] += 1
    }

    /// The least and the greatest number of redirects that is credible.
    ///
    /// - Parameter doubt: the probability that a right system is found wrong: in 0 ..< 1.
    func limits(doubt: Double) -> (low: Double, high: Double) {
        let need = Self.logarithm(Double(2 * Self.tilts.count) / doubt)
        var low = 0.0
        var high = Double(count)
        for tilt in Self.tilts {
            high = min(high, (need + price(tilt)) / Self.logarithm(tilt))
            low = max(low, (need + price(1 / tilt)) / Self.logarithm(1 / tilt))
        }
        return (low, high)
    }

    /// The logarithm of what the game with this c pays on average, over all decisions.
    private func price(_ tilt: Double) -> Double {
        var sum = 0.0
        for (share, count) in decisions.sorted(by: {
            ($0.key.part, $0.key.whole) < ($1.key.part, $1.key.whole)
        }) {
            let chance = Double(share.part) / Double(share.whole)
            sum += Double(count) * Self.logarithm(1 - chance + chance * tilt)
        }
        return sum
    }

    /// The natural logarithm of a positive number, to some 15 digits.
    ///
    /// By the exponent, and for the rest, between 1/√2 and √2, the series of artanh.
    static func logarithm(_ number: Double) -> Double {
        precondition(number > 0 && number.isFinite, "a logarithm needs a number above 0")
        var exponent = Double(number.exponent)
        var rest = number.significand
        if rest > 1.414_213_562_373_095 {
            rest /= 2
            exponent += 1
        }
        let ratio = (rest - 1) / (rest + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for divisor in stride(from: 1.0, through: 41, by: 2) {
            sum += power / divisor
            power *= square
        }
        return 2 * sum + exponent * 0.693_147_180_559_945_309
    }
}
