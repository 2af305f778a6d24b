import Arguments

/// Seeds from one to another, both included: `1..2000`, or one alone: `7`.
struct SeedRange: TextOption {
    static let wanted =
        "FIRST..LAST, two whole numbers, FIRST not above LAST, or one alone: 1..2000"

    let first: UInt64
    let last: UInt64

    init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }

    init?(argument: String) {
        let ends = argument.split(separator: "..", omittingEmptySubsequences: false)
        guard let low = ends.first, let high = ends.last, ends.count <= 2,
            let first = UInt64(low), let last = UInt64(high), first <= last
        else { return nil }
        self.init(first: first, last: last)
    }
}
