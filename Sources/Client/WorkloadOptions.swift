import ArgumentParser
import Messaging
import Transport

/// A whole number or a range of them on the command line: `64`, `64..1024`.
struct RangeOption: ExpressibleByArgument {
    let range: ClosedRange<Int>

    init(_ range: ClosedRange<Int>) {
        self.range = range
    }

    init?(argument: String) {
        guard let (from, to) = RangeText.ends(argument), let from = Int(from), let to = Int(to),
            from <= to
        else { return nil }
        range = from...to
    }
}

extension RangeOption: CustomStringConvertible {
    var description: String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    }
}

/// A duration or a range of them on the command line: `1s`, `100ms..4s`.
struct DurationRangeOption: ExpressibleByArgument {
    let range: ClosedRange<Duration>

    init?(argument: String) {
        guard let (from, to) = RangeText.ends(argument), let from = DurationText.parse(from),
            let to = DurationText.parse(to), from <= to
        else { return nil }
        range = from...to
    }
}

/// What a client does at each churn, on the command line: `logout,vanish`.
struct ChurnKindsOption: ExpressibleByArgument {
    let kinds: [ChurnKind]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        kinds = words.compactMap { ChurnKind(rawValue: String($0)) }
        guard kinds.count == words.count else { return nil }
    }
}

/// Ranges as text: `from..to`, or one text for both.
enum RangeText {
    static func ends(_ text: String) -> (from: String, to: String)? {
        guard let dots = text.firstRange(of: "..") else { return (text, text) }
        let (from, to) = (text[..<dots.lowerBound], text[dots.upperBound...])
        return from.isEmpty || to.isEmpty ? nil : (String(from), String(to))
    }
}
