import Yams

/// Reads a tree of YAML nodes as a plan; what is wrong goes to the problems.
struct PlanReader {
    let problems: Problems

    /// The plan, or nil where something is wrong that no default can stand in for.
    func plan(_ root: Node) -> Plan? {
        let value = Value(node: root, name: "the plan", problems: problems)
        guard !value.isNull else {
            value.problem("the plan is empty", remedy: "write at least `plan` and `cluster`")
            return nil
        }
        guard let section = Section<PlanKeys.Top>(value, as: "plan") else { return nil }
        let name = section.required(.plan, remedy: "write `plan: NAME`").flatMap(name)
        let system = system(section[.system])
        let cluster =
            section.required(
                .cluster,
                remedy: "write for example `cluster: {servers: 2, clients: 2}`"
            ).flatMap(cluster)
        let workload = workload(section[.workload], cluster: cluster)
        let drain = drain(section[.drain])
        let (expect, own) = expectations(section[.expect], cluster)
        let story = StoryReader(problems: problems, cluster: cluster, workload: workload)
            .steps(section[.story])
        let description = section[.description].map { $0.text(remedy: "write a sentence") ?? "" }
        let seed = section[.seed].map { $0.integer(0...UInt64.max) ?? 1 }
        guard let name, let cluster else { return nil }
        return Plan(
            name: name,
            description: description ?? "",
            seed: seed ?? 1,
            system: system,
            cluster: cluster,
            workload: workload,
            story: story,
            expect: expect,
            own: own,
            drain: drain
        )
    }

    private func name(_ value: Value) -> String? {
        let remedy = "write up to 64 letters, digits and `-`, for example master-loss"
        guard let text = value.text(remedy: remedy) else { return nil }
        let isName = text.unicodeScalars.allSatisfy {
            $0 == "-" || ($0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)))
        }
        guard isName, (1...64).contains(text.count), text.first != "-" else {
            value.problem("`\(text)` cannot be a plan's name", remedy: remedy)
            return nil
        }
        return text
    }

    private func drain(_ value: Value?) -> Drain {
        var drain = Drain()
        guard let value, let section = Section<PlanKeys.OfDrain>(value, as: "drain") else {
            return drain
        }
        fill(&drain.quiet, section[.quiet]) { $0.duration(Limits.within) }
        fill(&drain.atMost, section[.atMost]) { $0.duration(Limits.drain) }
        fill(&drain.returnWithin, section[.returnWithin]) { $0.duration(Limits.drain) }
        if drain.quiet > drain.atMost {
            let at = section[.quiet] ?? section[.atMost] ?? value
            at.problem(
                """
                the drain is to be quiet for \(Quantity.text(drain.quiet)), but takes at most \
                \(Quantity.text(drain.atMost))
                """,
                remedy: "write a `quiet` that is not longer than `at-most`"
            )
        }
        return drain
    }

    /// Puts what the plan says in place of the default; what is wrong was told.
    func fill<Setting>(
        _ setting: inout Setting,
        _ value: Value?,
        _ read: (Value) -> Setting?
    ) {
        if let value, let given = read(value) { setting = given }
    }
}
