import Yams

extension PlanReader {
    /// What each guarantee must come out as, in the order of `GuaranteeName.all`, and the guarantees of the
    /// plan's own in the order of the plan.
    func expectations(
        _ value: Value?,
        _ cluster: Cluster?
    ) -> (catalogue: [Expectation], own: [OwnExpectation]) {
        var ownOnes: [OwnExpectation] = []
        var results: [GuaranteeName: Expectation] = [:]
        func bare(_ guarantee: GuaranteeName) -> Expectation {
            let bound = Expectation.defaultBound(of: guarantee.code, cluster)
            return Expectation(code: guarantee.code, bound: bound)
        }
        for guarantee in GuaranteeName.all {
            let isExpected =
                value == nil
                ? guarantee.isExpectedByDefault(in: cluster) : guarantee.isAlwaysExpected
            if isExpected { results[guarantee] = bare(guarantee) }
        }
        if let value {
            var told: Set<GuaranteeName> = []
            for entry in entries(value) {
                if let value = entry.result, isOwn(entry.name, value) {
                    guard let own = own(entry.name, entry.position, value) else { continue }
                    ownOnes.append(own)
                    let named = ownOnes.filter { $0.name == own.name }
                    if named.count > 1 || ownOnes.count > Limits.ownMax {
                        problems.add(
                            "`\(own.name)` is expected twice, or is one too many",
                            at: entry.position,
                            remedy:
                                "write at most \(Limits.ownMax) guarantees of your own, each once"
                        )
                    }
                    continue
                }
                guard let guarantee = guarantee(entry.name, at: entry.position) else { continue }
                guard told.insert(guarantee).inserted else {
                    problems.add(
                        "\(guarantee.code) (\(guarantee.name)) is expected twice",
                        at: entry.position,
                        remedy: "keep one of them"
                    )
                    continue
                }
                var expectation = bare(guarantee)
                if expectation.bound != nil {
                    expectation = bounded(expectation, entry.result)
                } else {
                    expectation.result = result(of: guarantee, entry.result)
                }
                results[guarantee] = expectation
            }
        }
        return (GuaranteeName.all.compactMap { results[$0] }, ownOnes)
    }

    private typealias Entry = (name: String, position: Problems.Position, result: Value?)

    private func entries(_ value: Value) -> [Entry] {
        let remedy = "write a list of names or codes, for example [no-loss, {O1: violated}]"
        switch value.node {
        case .mapping(let mapping):
            return pairs(mapping)
        case .sequence(let sequence):
            return sequence.flatMap { node -> [Entry] in
                let item = Value(node: node, name: "expect", problems: problems)
                if let mapping = node.mapping { return pairs(mapping) }
                return item.text(remedy: remedy).map { [($0, item.position, nil)] } ?? []
            }
        case .scalar, .alias:
            value.problem(
                "`expect` must be a list or a mapping, not \(value.shape)",
                remedy: remedy
            )
            return []
        }
    }

    private func pairs(_ mapping: Node.Mapping) -> [Entry] {
        mapping.compactMap { key, node in
            let position = Problems.Position(key)
            guard let name = key.scalar?.string else {
                problems.add(
                    "a key of `expect` is no word",
                    at: position,
                    remedy: "write the name or the code of a guarantee"
                )
                return nil
            }
            if name.hasPrefix("x-") || YAMLTree.isRepeated(name) { return nil }
            return (name, position, Value(node: node, name: name, problems: problems))
        }
    }

    private func guarantee(_ name: String, at position: Problems.Position) -> GuaranteeName? {
        guard let guarantee = GuaranteeName.find(name) else {
            let names = GuaranteeName.all.flatMap { [$0.name, $0.code.lowercased()] }
            let near = Spelling.nearest(to: name, among: names).flatMap { near in
                GuaranteeName.all.first { $0.name == near || $0.code.lowercased() == near }
            }
            problems.add(
                "unknown guarantee `\(name)`",
                at: position,
                remedy: near.map { "did you mean `\($0.name)` (\($0.code))?" }
                    ?? "write one of \(list(GuaranteeName.all))"
            )
            return nil
        }
        return guarantee
    }

    private func result(of guarantee: GuaranteeName, _ value: Value?) -> Expectation.Result {
        guard let value, let result = value.word(of: Expectation.Result.self) else { return .holds }
        if result == .violated, guarantee.code.hasPrefix("E") {
            value.problem(
                "\(guarantee.code) (\(guarantee.name)) cannot be expected to be violated",
                remedy: "remove it: without it a run proves nothing"
            )
            return .holds
        }
        return result
    }

    private func list(_ guarantees: [GuaranteeName]) -> String {
        guarantees.map { "\($0.name) (\($0.code))" }.joined(separator: ", ")
    }
}
