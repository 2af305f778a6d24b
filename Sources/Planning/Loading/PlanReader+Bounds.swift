import Yams

/// The bounds that `expect` may give: `{availability: 99%}`, `{recovery: 2s}`, `{latency: {p50: 5ms}}`.
extension PlanReader {
    /// What a guarantee with a bound must come out as.
    func bounded(_ expectation: Expectation, _ value: Value?) -> Expectation {
        guard let value, let bound = expectation.bound else { return expectation }
        let words = Expectation.Result.allCases.map(\.rawValue)
        if let word = value.node.scalar?.string, words.contains(word) {
            var result = expectation
            result.result = value.word(of: Expectation.Result.self) ?? .holds
            return result
        }
        switch bound {
        case .availability: return availability(expectation, value)
        case .recovery: return recovery(expectation, value)
        case .balance: return balance(expectation, value)
        case .latency: return latency(expectation, value)
        }
    }

    private func availability(_ expectation: Expectation, _ value: Value) -> Expectation {
        var result = expectation
        guard case .availability(var share, var outage) = expectation.bound else { return result }
        if value.node.scalar != nil {
            share = value.share() ?? share
        } else if let section = Section<PlanKeys.OfAvailability>(value, as: "availability") {
            share = section[.ok].flatMap { $0.share() } ?? share
            outage = section[.outage].flatMap { $0.duration(Limits.bound) }
            result.result = verdict(section[.result])
        }
        result.bound = .availability(okPerMillion: share, outage: outage)
        return result
    }

    private func recovery(_ expectation: Expectation, _ value: Value) -> Expectation {
        var result = expectation
        var within: Duration?
        if value.node.scalar != nil {
            within = value.duration(Limits.bound)
        } else if let section = Section<PlanKeys.OfRecovery>(value, as: "recovery") {
            within = section[.within].flatMap { $0.duration(Limits.bound) }
            result.result = verdict(section[.result])
        }
        if let within { result.bound = .recovery(within: within) }
        return result
    }

    private func balance(_ expectation: Expectation, _ value: Value) -> Expectation {
        var result = expectation
        guard let section = Section<PlanKeys.OfBalance>(value, as: "balance") else { return result }
        result.result = verdict(section[.result])
        guard section[.spread] != nil || section[.at] != nil else { return result }
        let spread = section.required(.spread, remedy: "write for example `spread: 5`")
            .flatMap { $0.integer(Limits.spread) }
        let times = section.required(.at, remedy: "write times of the workload: `at: [5s, 10s]`")
            .map(instants)
        if let spread, let times, !times.isEmpty {
            result.bound = .balance(spread: spread, at: times)
        }
        return result
    }

    /// One time of the workload or a list of them.
    private func instants(_ value: Value) -> [Duration] {
        guard let sequence = value.node.sequence else {
            return value.duration(Limits.at).map { [$0] } ?? []
        }
        guard (1...Limits.instants).contains(sequence.count) else {
            value.problem(
                "`at` has \(sequence.count) times",
                remedy: "write 1 to \(Limits.instants)"
            )
            return []
        }
        return sequence.compactMap { node in
            Value(node: node, name: "at", problems: problems).duration(Limits.at)
        }
    }

    private func latency(_ expectation: Expectation, _ value: Value) -> Expectation {
        var result = expectation
        var quantiles: [Expectation.Quantile] = []
        if value.node.scalar != nil {
            if let most = value.duration(Limits.bound) {
                quantiles = [Expectation.Quantile(.p99, most: most)]
            }
        } else if let section = Section<PlanKeys.OfLatency>(value, as: "latency") {
            for rank in Expectation.Rank.allCases {
                guard let key = PlanKeys.OfLatency(rawValue: rank.rawValue),
                    let most = section[key].flatMap({ $0.duration(Limits.bound) })
                else { continue }
                quantiles.append(Expectation.Quantile(rank, most: most))
            }
            result.result = verdict(section[.result])
        }
        if !quantiles.isEmpty { result.bound = .latency(quantiles) }
        return result
    }

    private func verdict(_ value: Value?) -> Expectation.Result {
        value.flatMap { $0.word(of: Expectation.Result.self) } ?? .holds
    }
}

extension Value {
    /// A share such as `99.9%`, in parts of a million.
    fileprivate func share() -> Int? {
        let remedy = "write a share from 0% to 100%, for example 99.9%"
        guard let text = text(remedy: remedy) else { return nil }
        return read(text, Quantity.share)
    }
}
