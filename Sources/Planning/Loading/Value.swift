import Yams

/// The value of a key, read as what it must be; whatever is wrong with it is told.
struct Value {
    let node: Node
    /// The key, as messages name it.
    let name: String
    let problems: Problems

    var position: Problems.Position { Problems.Position(node) }

    /// What kind of value it is, for messages.
    var shape: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar: isNull ? "nothing" : "`\(node.scalar?.string ?? "")`"
        }
    }

    /// True for no value at all: nothing, `~` or `null`.
    var isNull: Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else {
            return false
        }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    func problem(_ what: String, remedy: String) {
        problems.add(what, at: position, remedy: remedy)
    }

    /// The text of a scalar.
    func text(remedy: String) -> String? {
        guard let scalar = node.scalar, !isNull else {
            problem("`\(name)` must be one word or text, not \(shape)", remedy: remedy)
            return nil
        }
        return scalar.string
    }

    /// A whole number within the range.
    func integer<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number? {
        let remedy = "write a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(remedy: remedy) else { return nil }
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else {
            problem("`\(name)` is no whole number: `\(text)`", remedy: remedy)
            return nil
        }
        guard let number = Number(text), range.contains(number) else {
            problem("`\(name)` is out of range: \(text)", remedy: remedy)
            return nil
        }
        return number
    }

    /// `true` or `false`.
    func truth() -> Bool? {
        let remedy = "write `true` or `false`"
        guard let text = text(remedy: remedy) else { return nil }
        if text == "true" { return true }
        if text == "false" { return false }
        problem("`\(name)` is neither `true` nor `false`: `\(text)`", remedy: remedy)
        return nil
    }

    /// A duration with its unit, within the range.
    func duration(_ range: ClosedRange<Duration>) -> Duration? {
        let remedy =
            "write a duration from \(Quantity.text(range.lowerBound)) to "
            + Quantity.text(range.upperBound)
        return quantity(remedy, in: range, Quantity.duration)
    }

    /// A size with its unit, in bytes, within the range.
    func size(_ range: ClosedRange<Int>) -> Int? {
        let remedy =
            "write a size from \(Quantity.text(bytes: range.lowerBound)) to "
            + Quantity.text(bytes: range.upperBound)
        return quantity(remedy, in: range, Quantity.size)
    }

    /// A rate of at most so many events a second.
    func rate(atMost perSecondMax: Int) -> Rate? {
        let remedy = "write a rate, for example 100/s or 3/10s"
        guard let text = text(remedy: remedy), let rate = read(text, Quantity.rate) else {
            return nil
        }
        let period = rate.per.wholeNanoseconds
        guard period <= 3_600_000_000_000,
            rate.events <= Int(Double(perSecondMax) * Double(period) / 1e9)
        else {
            problem(
                "`\(name)` is out of range: \(text)",
                remedy: "write at most \(perSecondMax)/s, over at most 1h"
            )
            return nil
        }
        return rate
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String> & CaseIterable>(of type: Word.Type) -> Word? {
        let known = type.allCases.map(\.rawValue)
        let remedy = "write one of \(known.joined(separator: ", "))"
        guard let text = text(remedy: remedy) else { return nil }
        if let word = type.init(rawValue: text) { return word }
        problem("`\(name)` cannot be `\(text)`", remedy: Spelling.remedy(for: text, among: known))
        return nil
    }

    /// A range `from..to`, or one value for both, each as `read` takes it.
    func range<Bound: Comparable>(_ read: (Value) -> Bound?) -> ClosedRange<Bound>? {
        let remedy = "write the smaller value first, as in `1..2`"
        guard let scalar = node.scalar, !isNull, let dots = scalar.string.firstRange(of: "..")
        else { return read(self).map { $0...$0 } }
        let ends = [scalar.string[..<dots.lowerBound], scalar.string[dots.upperBound...]].map {
            read(part(String($0), of: scalar))
        }
        guard let from = ends[0], let to = ends[1] else { return nil }
        guard from <= to else {
            problem("`\(name)` is an empty range: \(scalar.string)", remedy: remedy)
            return nil
        }
        return from...to
    }

    /// A part of this value's text, with its place.
    private func part(_ text: String, of scalar: Node.Scalar) -> Value {
        var part = scalar
        part.string = text
        return Value(node: .scalar(part), name: name, problems: problems)
    }

    private func quantity<Result: Comparable>(
        _ remedy: String,
        in range: ClosedRange<Result>,
        _ parse: (String) throws(Quantity.Failure) -> Result
    ) -> Result? {
        guard let text = text(remedy: remedy), let result = read(text, parse) else { return nil }
        guard range.contains(result) else {
            problem("`\(name)` is out of range: \(text)", remedy: remedy)
            return nil
        }
        return result
    }

    /// Reads a text by a parser; tells why it is wrong.
    func read<Result>(
        _ text: String,
        _ parse: (String) throws(Quantity.Failure) -> Result
    ) -> Result? {
        do {
            return try parse(text)
        } catch {
            problem("`\(name)`: \(error.what)", remedy: error.remedy)
            return nil
        }
    }
}
