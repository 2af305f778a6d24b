/// Durations as they are written on command lines: `250ms`, `2s`, `1.5m`; always with a unit.
public enum DurationText {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ]

    /// Reads a duration of 0 or more, at most 1000 hours; nil where the text is none.
    public static func parse(_ text: some StringProtocol) -> Duration? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let name = text[number.endIndex...]
        guard let unit = units.first(where: { $0.name == name }), !number.isEmpty,
            let value = Double(number), value.isFinite
        else { return nil }
        let nanoseconds = value * Double(unit.nanoseconds)
        guard nanoseconds <= 3.6e15 else { return nil }
        return .nanoseconds(Int64(nanoseconds.rounded()))
    }
}

/// Rates as they are written on command lines: `100/s`, `3/10s`, `0/s`.
public enum RateText {
    /// What a rate comes to.
    public enum Interval: Sendable, Equatable {
        /// Nothing happens.
        case never
        /// It happens once in this time.
        case every(Duration)
    }

    /// Reads a rate; nil where the text is none.
    public static func parse(_ text: some StringProtocol) -> Interval? {
        guard let slash = text.firstIndex(of: "/"), let events = Int(text[..<slash]), events >= 0
        else { return nil }
        let period = text[text.index(after: slash)...]
        let isBareUnit = period.first.map { !$0.isNumber } ?? true
        guard let duration = DurationText.parse(isBareUnit ? "1\(period)" : String(period)),
            duration > .zero
        else { return nil }
        return events == 0 ? .never : .every(duration / events)
    }
}

/// Sizes as they are written on command lines: `512B`, `64KiB`, `1MiB`; always with a unit.
public enum SizeText {
    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    /// Reads a size of 1 byte to 1024 GiB; nil where the text is none.
    public static func parse(_ text: some StringProtocol) -> Int? {
        let number = text.prefix { $0.isNumber }
        let name = text[number.endIndex...]
        guard let unit = units.first(where: { $0.name == name }), let count = Int(number),
            (1...(1 << 40) / unit.bytes).contains(count)
        else { return nil }
        return count * unit.bytes
    }
}
