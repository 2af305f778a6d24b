import Yams

extension PlanReader {
    /// Whether an entry of `expect` is a guarantee of the plan's own: no name of ours, and a mapping with
    /// the key `run`.
    func isOwn(_ name: String, _ value: Value?) -> Bool {
        guard GuaranteeName.find(name) == nil, let mapping = value?.node.mapping else {
            return false
        }
        return mapping.contains { $0.key.scalar?.string == PlanKeys.OfOwn.run.rawValue }
    }

    /// A guarantee of the plan's own; nil where something is wrong with it, which was told.
    func own(_ name: String, _ position: Problems.Position, _ value: Value) -> OwnExpectation? {
        guard let section = Section<PlanKeys.OfOwn>(value, as: name) else { return nil }
        let isName =
            name.first?.isLetter == true && (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
            }
        guard isName else {
            problems.add(
                "`\(name)` cannot be the name of a guarantee of your own",
                at: position,
                remedy: "write up to 64 lower-case letters, digits and `-`, a letter first"
            )
            return nil
        }
        let remedy = "write a program and its arguments, for example [python3, ./mine.py]"
        guard let run = section.required(.run, remedy: remedy).flatMap(words) else { return nil }
        var own = OwnExpectation(name: name, run: run)
        fill(&own.within, section[.within]) { $0.duration(Limits.own) }
        fill(&own.result, section[.result]) { $0.word(of: Expectation.Result.self) }
        return own
    }
}
