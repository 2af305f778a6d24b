/// Counts of durations in buckets whose width is at most 1.6 % of their value.
struct Histogram {
    private static let subBits = 6
    private var counts = [Int](repeating: 0, count: 64 << Histogram.subBits)
    private(set) var count = 0

    /// Counts one duration, in nanoseconds.
    mutating func record(_ nanoseconds: Int64) {
        counts[Self.bucket(max(0, nanoseconds))] += 1
        count += 1
    }

    /// The duration that a share of all do not exceed, in nanoseconds; 0 where nothing was counted.
    func quantile(_ share: Double) -> Int64 {
        var rest = Int((share * Double(count)).rounded(.up))
        for (index, number) in counts.enumerated() where number > 0 {
            rest -= number
            if rest <= 0 { return Self.upper(index) }
        }
        return 0
    }

    private static func bucket(_ value: Int64) -> Int {
        let bits = 64 - value.leadingZeroBitCount
        let shift = max(0, bits - subBits - 1)
        return shift << subBits + Int(value >> Int64(shift))
    }

    private static func upper(_ bucket: Int) -> Int64 {
        guard bucket >= 2 << subBits else { return Int64(bucket) }
        let shift = bucket >> subBits - 1
        let mantissa = bucket - shift << subBits
        return Int64(mantissa + 1) << Int64(shift) - 1
    }
}
