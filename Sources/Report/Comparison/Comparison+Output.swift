import Checkers

extension Comparison {
    /// The comparison for people, on a terminal.
    public var text: String {
        var text =
            "\(Texts.plural(runs.before, "run")) against \(Texts.plural(runs.after, "run"))\n"
        if plans.before != plans.after {
            let names =
                "\(plans.before.joined(separator: ", ")) and \(plans.after.joined(separator: ", "))"
            text += "the plans differ: \(Texts.terminal(names))\n"
        }
        let different = verdicts.filter { !$0.isSame }
        text += "\nverdicts: \(verdicts.count - different.count) of \(verdicts.count) alike\n"
        for row in different {
            text += "  \(row.guarantee.code) \(row.guarantee.name): \(Self.words(row.before))"
            text += " -> \(Self.words(row.after))\n"
        }
        text += "\n"
        let width = rows.map(\.metric.rawValue.count).max() ?? 0
        for row in rows {
            text += "  " + Texts.padded(row.metric.rawValue, width)
            text += "  " + Texts.padded(Self.decimal(row.before), 12, right: true)
            text += "  " + Texts.padded(Self.decimal(row.after), 12, right: true)
            text += "  " + Self.change(row) + "  " + Self.words(row) + "\n"
        }
        if runs == (1, 1) {
            text +=
                "\nOne run each: what differs between runs by chance cannot be told. Ranges hold the "
            text += "quantile with 95 % confidence, were a run's samples independent. "
            text += "Sets of runs can be tested: --before RUN… --after RUN…\n"
        } else {
            text += "\nTwo-sided rank test (Mann, Whitney), exact, corrected for "
            text += "\(rows.count) rows (Holm); a difference is called one below \(Self.level).\n"
        }
        text += worse.isEmpty ? "nothing got worse\n" : "worse: \(worse.joined(separator: ", "))\n"
        return text
    }

    /// The comparison as a JSON object.
    public var json: String {
        JSONText.object([
            (
                "runs",
                .object([("before", .count(runs.before)), ("after", .count(runs.after))])
            ),
            (
                "plans",
                .object([("before", .texts(plans.before)), ("after", .texts(plans.after))])
            ),
            (
                "verdicts",
                .list(
                    verdicts.map { row in
                        .object([
                            ("code", .text(row.guarantee.code)),
                            ("before", .object(row.before.map { ($0.word, .count($0.runs)) })),
                            ("after", .object(row.after.map { ($0.word, .count($0.runs)) })),
                            ("same", .flag(row.isSame)),
                        ])
                    }
                )
            ),
            (
                "metrics",
                .list(
                    rows.map { row in
                        .object([
                            ("name", .text(row.metric.rawValue)),
                            ("before", .decimal(Self.decimal(row.before))),
                            ("after", .decimal(Self.decimal(row.after))),
                            ("probability", Self.probability(row)),
                            ("different", .flag(row.isDifferent)),
                        ])
                    }
                )
            ),
            ("worse", .texts(worse)),
        ]).document
    }

    private static func probability(_ row: Row) -> JSONText {
        switch row.statement {
        case .test(let probability, _): .decimal(decimal(probability, digits: 6))
        case .ranges, .none: .null
        }
    }

    private static func words(_ rows: [(word: String, runs: Int)]) -> String {
        rows.count == 1
            ? rows[0].word : rows.map { "\($0.runs) × \($0.word)" }.joined(separator: ", ")
    }

    private static func change(_ row: Row) -> String {
        guard row.before > 0 else { return Texts.padded("", 8) }
        let percent = (row.after / row.before - 1) * 100
        return Texts.padded(
            (percent < 0 ? "" : "+") + decimal(percent, digits: 1) + " %",
            8,
            right: true
        )
    }

    private static func words(_ row: Row) -> String {
        switch row.statement {
        case .none: ""
        case .ranges(let one, let other):
            "\(decimal(one.lowerBound))…\(decimal(one.upperBound)) and "
                + "\(decimal(other.lowerBound))…\(decimal(other.upperBound))"
                + (row.isDifferent ? ", apart" : "")
        case .test(let probability, let shift):
            "shift \(decimal(shift)), p = \(decimal(probability, digits: 4))"
                + (row.isDifferent ? ", differs" : "")
        }
    }

    /// A number with so many decimals, and no exponent.
    static func decimal(_ number: Double, digits: Int = 3) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (number.magnitude * scale).rounded()
        guard scaled < 9e15 else { return number < 0 ? "-9e15" : "9e15" }
        let whole = Int64(scaled) / Int64(scale)
        let part = String(Int64(scaled) % Int64(scale))
        let sign = number < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - part.utf8.count) + part
    }
}
