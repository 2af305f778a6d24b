/// From which load on newcomers are sent elsewhere.
///
/// Below `min` never; from `min` to `max` with probability (load − min) / (max − min), which is the
/// report's 1 − (max − load) / (max − min); from `max` always; and only where another server is
/// eligible.
public struct RedirectThresholds: Sendable, Hashable {
    /// The load below which nobody is sent elsewhere: 0 or more.
    public var min: Int
    /// The load from which everybody is: `min` or more.
    public var max: Int

    /// Makes thresholds; `max` must not be below `min`.
    public init(min: Int, max: Int) {
        precondition(min >= 0 && max >= min, "thresholds must be 0 ≤ min ≤ max, got \(min), \(max)")
        self.min = min
        self.max = max
    }

    /// Reads `min..max`, for example `200..400`; nil where the text has not that form.
    public init?(_ text: String) {
        guard let dots = text.firstRange(of: "..") else { return nil }
        let (low, high) = (text[..<dots.lowerBound], text[dots.upperBound...])
        guard let min = Int(low), let max = Int(high), min >= 0, max >= min else { return nil }
        self.init(min: min, max: max)
    }

    /// The probability of a redirect at this load, as a share of `outOf`.
    func probability(load: Int) -> (part: Int, outOf: Int) {
        if load < min { return (0, 1) }
        if load >= max { return (1, 1) }
        return (load - min, max - min)
    }
}
