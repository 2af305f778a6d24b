/// The random source of pure cores: the same seed gives the same numbers on every machine.
///
/// SplitMix64; not fit for secrets that an adversary must not guess. Source: Steele, Lea, Flood, "Fast
/// Splittable Pseudorandom Number Generators" (2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt64

    /// Makes a generator; any seed is as good as any other.
    public init(seed: UInt64) {
        state = seed
    }

    /// Makes a generator for one part of a whole: other names give other numbers, so that a part which
    /// draws more does not change what the others draw.
    public init(seed: UInt64, part: String) {
        var mixed = SeededGenerator(seed: seed)
        state = mixed.next()
        for byte in part.utf8 {
            state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A duration from zero up to, not including, `bound`; zero where the bound is not above zero.
    public mutating func duration(below bound: Duration) -> Duration {
        let milliseconds = bound.milliseconds
        guard milliseconds > 0 else { return .zero }
        return .milliseconds(Int64(next() % UInt64(milliseconds)))
    }

    /// Whether something with a chance of `numerator` in `denominator` happens.
    public mutating func chance(_ numerator: UInt64, in denominator: UInt64) -> Bool {
        precondition(denominator > 0, "denominator must be more than 0, got \(denominator)")
        return next() % denominator < numerator
    }
}
