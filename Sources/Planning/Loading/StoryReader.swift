import Yams

/// Reads the steps of a plan's story.
struct StoryReader {
    let problems: Problems
    /// The plan's cluster; nil where it is wrong, so that nodes cannot be told from strangers.
    let cluster: Cluster?
    /// The plan's workload, whose end is the end of the story.
    let workload: Workload

    /// A step with the place of its action, for what is found out by comparing steps.
    struct PlacedStep {
        var step: Step
        var position: Problems.Position
    }

    /// The steps in the order of the plan; what is wrong with them is told.
    func steps(_ value: Value?) -> [Step] {
        let remedy = "write a list of steps, for example `- {at: 4s, kill: {node: role master}}`"
        guard let value else { return [] }
        guard case .sequence(let sequence) = value.node else {
            value.problem("`story` must be a list, not \(value.shape)", remedy: remedy)
            return []
        }
        guard sequence.count <= Limits.steps else {
            value.problem(
                "`story` has \(sequence.count) steps",
                remedy: "write at most \(Limits.steps)"
            )
            return []
        }
        let placed = sequence.enumerated().compactMap { index, node in
            step(Value(node: node, name: "step", problems: problems), id: "fault.\(index + 1)")
        }
        StoryCheck(problems: problems, cluster: cluster, end: workload.duration).check(placed)
        return placed.map(\.step)
    }

    private func step(_ value: Value, id: String) -> PlacedStep? {
        guard let section = Section<PlanKeys.OfStep>(value, as: "step") else { return nil }
        let at = section.required(.at, remedy: "say when, for example `at: 4s`").flatMap(at)
        let names = PlanKeys.OfStep.actions.map(\.rawValue).joined(separator: ", ")
        let given = PlanKeys.OfStep.actions.filter { section[$0] != nil }
        guard let key = given.first, let value = section[key] else {
            problems.add(
                "the step has no action",
                at: section.position,
                remedy: "write one of \(names)"
            )
            return nil
        }
        for other in given.dropFirst() {
            section[other]?.problem(
                "a step has one action, but this has `\(key.rawValue)` and `\(other.rawValue)`",
                remedy: "make `\(other.rawValue)` a step of its own"
            )
        }
        guard let action = action(key, value), let at else { return nil }
        return PlacedStep(
            step: Step(id: id, trigger: .at(at), action: action),
            position: value.position
        )
    }

    private func at(_ value: Value) -> Duration? {
        guard let at = value.duration(Limits.at) else { return nil }
        if at >= workload.duration {
            let end = Quantity.text(workload.duration)
            value.problem(
                "the step begins at \(Quantity.text(at)), when the workload (\(end)) is over",
                remedy: "write a time before \(end), or a longer `for` in `workload`"
            )
        }
        return at
    }

    private func action(_ key: PlanKeys.OfStep, _ value: Value) -> Step.Action? {
        switch key {
        case .at: nil
        case .kill: kill(value).map(Step.Action.kill)
        case .stop: nodes(value, "stop").map { .stop(Stop(nodes: $0)) }
        case .start: nodes(value, "start").map { .start(Start(nodes: $0)) }
        case .restart: restart(value).map(Step.Action.restart)
        case .cut: cut(value).map(Step.Action.cut)
        case .drop: tamper(value, .drop).map(Step.Action.tamper)
        case .duplicate: tamper(value, .duplicate).map(Step.Action.tamper)
        case .reorder: tamper(value, .reorder).map(Step.Action.tamper)
        }
    }

    private func cut(_ value: Value) -> Cut? {
        guard let section = Section<PlanKeys.OfCut>(value, as: "cut") else { return nil }
        let links = links(section)
        let how = section[.how].map { $0.word(of: Cut.Manner.self) } ?? .blackhole
        let duration = section.required(.duration, remedy: "say how long, for example `for: 3s`")
            .flatMap { $0.duration(Limits.cut) }
        guard let links, let how, let duration else { return nil }
        return Cut(links: links, how: how, duration: duration)
    }

    private func tamper(_ value: Value, _ what: Tamper.Manner) -> Tamper? {
        guard let section = Section<PlanKeys.OfTamper>(value, as: what.rawValue) else { return nil }
        let link = section.required(.link, remedy: "write `link: server.1 -> client.1`")
            .flatMap(link)
        let matching = section.required(
            .matching,
            remedy: "write a text that the messages hold, for example ACTIVITY_BROADCAST"
        ).flatMap(matching)
        let count = section[.count].map { $0.integer(Limits.tampered) } ?? 1
        let duration = section.required(
            .duration,
            remedy: "say how long the fault waits for messages, for example `for: 5s`"
        ).flatMap { $0.duration(Limits.fault) }
        guard let link, let matching, let count, let duration else { return nil }
        return Tamper(
            what: what,
            from: link.from,
            to: link.to,
            matching: matching,
            count: count,
            duration: duration
        )
    }

    private func matching(_ value: Value) -> String? {
        let remedy = "write a text of 1 to \(Limits.matchingBytes.upperBound) bytes in one line"
        guard let text = value.text(remedy: remedy) else { return nil }
        guard Limits.matchingBytes.contains(text.utf8.count), !text.contains(where: \.isNewline)
        else {
            value.problem("`matching` is empty, too long or of several lines", remedy: remedy)
            return nil
        }
        return text
    }
}
