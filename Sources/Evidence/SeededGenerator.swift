/// A seeded random number generator: the only source of chance in a core.
///
/// The same seed gives the same numbers on every machine and with every version of Swift, so a run
/// or a simulation can be repeated decision for decision. Whoever decides independently of others
/// gets a stream of its own (`init(seed:stream:)`): a decision more in one stream changes no other.
/// It is no protection against an adversary. Source: Blackman and Vigna, xoshiro256\*\* 1.0, its
/// state filled by SplitMix64.
///
///     var generator = SeededGenerator(seed: plan.seed, stream: "fault.3")
///     let victim = generator.pick(names)
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    /// Makes a generator from a seed; every value is a good seed, 0 too.
    public init(seed: UInt64) {
        var filler = SplitMix64(state: seed)
        self.init(state: (filler.next(), filler.next(), filler.next(), filler.next()))
    }

    /// Makes the generator of one stream of a seed.
    ///
    /// - Parameters:
    ///   - seed: The seed of the whole run.
    ///   - stream: Who decides, for example a fault's id or a node's name. Streams with different
    ///     names are unrelated.
    public init(seed: UInt64, stream: String) {
        var mixer = SplitMix64(state: seed)
        self.init(seed: mixer.next() ^ Digest(stream.utf8).value)
    }

    /// Makes a generator from its whole state, which must not be all zero.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        (a, b, c, d) = state
        precondition(a | b | c | d != 0, "the state of a generator must not be all zero")
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let result = Self.rotate(b &* 5, by: 7) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = Self.rotate(d, by: 45)
        return result
    }

    /// A whole number from 0 up to, not including, `bound`, each as likely as the other.
    ///
    /// `bound` must be 1 or more. Unlike `Int.random(in:using:)` its way from bits to numbers is
    /// fixed: it does not change with the standard library.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound >= 1, "a bound must be 1 or more, got \(bound)")
        let size = UInt64(bound)
        let unfair = (0 &- size) % size
        // Each round ends it with a chance of more than one half.
        while true {
            let (high, low) = next().multipliedFullWidth(by: size)
            if low >= unfair { return Int(high) }
        }
    }

    /// A whole number in the range, each as likely as the other.
    public mutating func within(_ range: ClosedRange<Int>) -> Int {
        let (width, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
        precondition(!overflow && width < Int.max, "a range must hold less than 2⁶³ numbers")
        return range.lowerBound + below(width + 1)
    }

    /// True with a chance of `part` in `whole`; never with a part of 0, always with the whole.
    public mutating func chance(_ part: Int, in whole: Int) -> Bool {
        precondition(part >= 0 && part <= whole, "a part must be 0...\(whole), got \(part)")
        return below(whole) < part
    }

    /// One of the elements, each as likely as the other; nil where there are none.
    public mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    /// The elements in a random order, each order as likely as the other.
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for last in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(last, below(last + 1))
        }
        return result
    }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}

/// Fills the state of a generator from one number. Source: Steele, Lea, Flood, SplitMix64.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
