import Evidence

extension History {
    /// The time of the workload: from its phase to the next one; nil where either is not there.
    var workload: Range<Instant>? {
        guard let from = entered(.workload),
            let until = phases.first(where: { $0.time > from })?.time
        else { return nil }
        return from..<until
    }

    /// How many deliveries were made in a time. Linear in their number.
    func deliveries(in time: Range<Instant>) -> Int {
        deliveries.count { time.contains(self.time($0.record)) }
    }
}

extension Range<Instant> {
    /// How long it is, in seconds.
    var seconds: Double { (upperBound - lowerBound).seconds }
}
