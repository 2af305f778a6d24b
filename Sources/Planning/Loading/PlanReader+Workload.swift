import Yams

/// The traffic of a plan.
extension PlanReader {
    func workload(_ value: Value?, cluster: Cluster?) -> Workload {
        var workload = Workload()
        let clients = cluster?.clients
        if let cluster { workload.away = Workload.away(hold: cluster.hold) }
        if clients == 0 {
            workload.rate = .never
            workload.intruders = .never
        }
        guard let value, let section = Section<PlanKeys.OfWorkload>(value, as: "workload") else {
            return workload
        }
        fill(&workload.rate, section[.rate]) { $0.rate(atMost: Limits.messagesPerSecond) }
        fill(&workload.burst, section[.burst]) { $0.integer(Limits.burst) }
        fill(&workload.bodyBytes, section[.body]) { value in
            value.range { $0.size(Limits.bodyBytes) }
        }
        fill(&workload.duration, section[.duration]) { $0.duration(Limits.workload) }
        fill(&workload.churn, section[.churn]) { $0.rate(atMost: Limits.churnPerSecond) }
        fill(&workload.churnKinds, section[.churnKinds], churnKinds)
        fill(&workload.away, section[.away]) { value in
            value.range { $0.duration(Limits.away) }
        }
        fill(&workload.rivals, section[.rivals]) { $0.rate(atMost: Limits.churnPerSecond) }
        fill(&workload.intruders, section[.intruders]) { $0.rate(atMost: Limits.churnPerSecond) }
        fill(&workload.records, section[.records]) { $0.word(of: Workload.Records.self) }
        if clients == 0 {
            let rates = [
                (section[.rate], workload.rate), (section[.churn], workload.churn),
                (section[.intruders], workload.intruders), (section[.rivals], workload.rivals),
            ]
            for (given, rate) in rates where rate.events > 0 {
                given?.problem(
                    "`\(given?.name ?? "")` asks for traffic, but there are no clients",
                    remedy: "write 0/s, or 1 or more `clients`"
                )
            }
        }
        return workload
    }

    /// What clients do at each churn: one word or a list, in turn.
    private func churnKinds(_ value: Value) -> [Workload.Churn]? {
        let known = Workload.Churn.allCases.map(\.rawValue).joined(separator: ", ")
        let remedy = "write a list of these: \(known)"
        switch value.node {
        case .sequence(let sequence) where !sequence.isEmpty:
            let words = sequence.map {
                Value(node: $0, name: value.name, problems: problems).word(of: Workload.Churn.self)
            }
            return words.contains(nil) ? nil : words.compactMap(\.self)
        case .scalar:
            return value.word(of: Workload.Churn.self).map { [$0] }
        case .sequence, .mapping, .alias:
            value.problem("`\(value.name)` must be a list, not \(value.shape)", remedy: remedy)
            return nil
        }
    }
}
