/// Reads and writes numbers with units: `250ms`, `64KiB`, `3/10s`.
public enum Quantity {
    /// Why a text is not the quantity that it should be.
    public struct Failure: Error, Equatable {
        /// What is wrong with it.
        public var what: String
        /// What to write in its place.
        public var remedy: String
    }

    /// The units of a duration with their nanoseconds, the smallest first.
    static let durationUnits: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The units of a size with their bytes, the smallest first.
    static let sizeUnits: [(name: String, bytes: Int)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    /// Reads a duration such as `250ms`, `1.5s` or `2m`.
    ///
    /// - Throws: what is wrong with the text, with a remedy.
    public static func duration(_ text: String) throws(Failure) -> Duration {
        let (digits, fraction, unit) = try split(text)
        let known = durationUnits.map(\.name)
        guard let scale = durationUnits.first(where: { $0.name == unit })?.nanoseconds else {
            throw unitFailure(text, unit, "a duration", known, "250ms")
        }
        guard let whole = Int64(digits), whole < Int64.max / scale else {
            throw Failure(what: "`\(text)` is too long a duration", remedy: "write a shorter one")
        }
        var nanoseconds = whole * scale
        var rest = scale
        for digit in fraction {
            guard rest % 10 == 0, let value = digit.wholeNumberValue else {
                throw Failure(
                    what: "`\(text)` is finer than a nanosecond or has no end in its unit",
                    remedy: "write it in a smaller unit: \(list(known))"
                )
            }
            rest /= 10
            nanoseconds += Int64(value) * rest
        }
        return .nanoseconds(nanoseconds)
    }

    /// Reads a size such as `64B` or `64KiB`, in bytes.
    static func size(_ text: String) throws(Failure) -> Int {
        let (digits, fraction, unit) = try split(text)
        let known = sizeUnits.map(\.name)
        guard let scale = sizeUnits.first(where: { $0.name == unit })?.bytes else {
            throw unitFailure(text, unit, "a size", known, "64KiB")
        }
        guard fraction.isEmpty, let whole = Int(digits),
            !whole.multipliedReportingOverflow(by: scale).overflow
        else {
            throw Failure(
                what: "`\(text)` is no whole number of bytes that can be counted",
                remedy: "write a whole number with \(list(known)), for example 64KiB"
            )
        }
        return whole * scale
    }

    /// Reads a rate such as `100/s`, `3/10s` or `0/s`.
    static func rate(_ text: String) throws(Failure) -> Rate {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let remedy = "write how many in which time, for example 100/s or 3/10s"
        guard parts.count == 2, let events = Int(parts[0]), parts[0].allSatisfy(\.isDigit) else {
            throw Failure(what: "`\(text)` is no rate", remedy: remedy)
        }
        let time = String(parts[1])
        guard let period = try? duration(time.first?.isDigit == true ? time : "1" + time),
            period > .zero
        else {
            let known = list(durationUnits.map(\.name))
            throw Failure(
                what: "`\(text)` is no rate: `\(time)` is no time with one of the units \(known)",
                remedy: remedy
            )
        }
        return Rate(events: events, per: period)
    }

    /// Reads a share such as `99%` or `99.95%`, in parts of a million.
    static func share(_ text: String) throws(Failure) -> Int {
        let remedy = "write a share from 0% to 100%, with at most four digits after its point"
        let (digits, fraction, unit) = try split(text)
        guard unit == "%", let whole = Int(digits), whole <= 100, fraction.count <= 4,
            let rest = Int((fraction + "0000").prefix(4))
        else { throw Failure(what: "`\(text)` is no share", remedy: remedy) }
        let share = whole * 10_000 + rest
        guard share <= 1_000_000 else {
            throw Failure(what: "`\(text)` is more than all", remedy: remedy)
        }
        return share
    }

    /// Writes a share in parts of a million as a percentage.
    static func text(perMillion share: Int) -> String {
        var rest = String(share % 10_000 + 10_000).dropFirst()
        while rest.last == "0" { rest.removeLast() }
        return "\(share / 10_000)\(rest.isEmpty ? "" : ".")\(rest)%"
    }

    /// Writes a duration in the largest unit that it is a whole number of.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        let unit = durationUnits.last { nanoseconds % $0.nanoseconds == 0 } ?? durationUnits[0]
        if nanoseconds == 0 { return "0s" }
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }

    /// Writes a size in the largest unit that it is a whole number of.
    static func text(bytes: Int) -> String {
        let unit = sizeUnits.last { bytes % $0.bytes == 0 } ?? sizeUnits[0]
        return bytes == 0 ? "0B" : "\(bytes / unit.bytes)\(unit.name)"
    }

    /// Writes a rate; a period of one unit is written without its 1.
    static func text(_ rate: Rate) -> String {
        let period = text(rate.per)
        let isOne = period.first == "1" && period.dropFirst().first?.isDigit != true
        return "\(rate.events)/\(isOne ? String(period.dropFirst()) : period)"
    }

    private static func split(
        _ text: String
    ) throws(Failure) -> (digits: String, fraction: String, unit: String) {
        let digits = text.prefix(while: \.isDigit)
        var rest = text.dropFirst(digits.count)
        var fraction: Substring = ""
        if rest.first == ".", !digits.isEmpty {
            fraction = rest.dropFirst().prefix(while: \.isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        return (String(digits), String(fraction), String(rest))
    }

    private static func unitFailure(
        _ text: String,
        _ unit: String,
        _ kind: String,
        _ known: [String],
        _ example: String
    ) -> Failure {
        let remedy = "write a number with \(list(known)), for example \(example)"
        if !text.isEmpty, text.allSatisfy({ $0.isDigit || $0 == "." }) {
            return Failure(what: "`\(text)` has no unit", remedy: remedy)
        }
        guard text.first?.isDigit == true else {
            return Failure(what: "`\(text)` is not \(kind)", remedy: remedy)
        }
        return Failure(what: "`\(text)` is not \(kind): unknown unit `\(unit)`", remedy: remedy)
    }

    private static func list(_ words: [String]) -> String {
        words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
}

extension Duration {
    /// The whole nanoseconds of this duration; what is finer is cut off.
    var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

extension Character {
    /// True for 0 … 9 only, not for the digits of other scripts.
    var isDigit: Bool { ("0"..."9").contains(self) }
}
