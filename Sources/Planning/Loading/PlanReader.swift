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
        if let system = section[.system] { check(system: system) }
        let cluster =
            section.required(
                .cluster,
                remedy: "write for example `cluster: {servers: 2, clients: 2}`"
            ).flatMap(cluster)
        let workload = workload(section[.workload], clients: cluster?.clients)
        let drain = drain(section[.drain])
        let expect = expectations(section[.expect])
        let story = StoryReader(problems: problems, cluster: cluster, workload: workload)
            .steps(section[.story])
        let description = section[.description].map { $0.text(remedy: "write a sentence") ?? "" }
        let seed = section[.seed].map { $0.integer(0...UInt64.max) ?? 1 }
        guard let name, let cluster else { return nil }
        return Plan(
            name: name,
            description: description ?? "",
            seed: seed ?? 1,
            cluster: cluster,
            workload: workload,
            story: story,
            expect: expect,
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

    private func check(system: Value) {
        guard let text = system.text(remedy: "write `system: superpeer`"), text != "superpeer"
        else { return }
        system.problem("unknown system `\(text)`", remedy: "the only system is `superpeer`")
    }

    private func cluster(_ value: Value) -> Cluster? {
        guard let section = Section<PlanKeys.OfCluster>(value, as: "cluster") else { return nil }
        let servers = section.required(.servers, remedy: "write how many, for example `servers: 6`")
            .flatMap { $0.integer(Limits.servers) }
        let clients = section.required(
            .clients,
            remedy: "write how many, for example `clients: 20`"
        )
        .flatMap { $0.integer(Limits.clients) }
        var cluster = Cluster(servers: servers ?? 1, clients: clients ?? 0)
        if let stock = section[.stockClients] {
            let most = clients ?? Limits.clients.upperBound
            if let count = stock.integer(0...Limits.clients.upperBound) {
                if count > most {
                    stock.problem(
                        "`stock-clients` is \(count), but there are \(most) clients in all",
                        remedy: "write at most \(most), or more `clients`"
                    )
                }
                cluster.stockClients = count
            }
        }
        fill(&cluster.hold, section[.hold]) { $0.duration(Limits.hold) }
        fill(&cluster.superPeers, section[.superPeers]) { $0.integer(Limits.superPeers) }
        fill(&cluster.readyWithin, section[.readyWithin]) { $0.duration(Limits.within) }
        fill(&cluster.stopWithin, section[.stopWithin]) { $0.duration(Limits.within) }
        return servers == nil || clients == nil ? nil : cluster
    }

    private func workload(_ value: Value?, clients: Int?) -> Workload {
        var workload = Workload()
        if clients == 0 {
            workload.rate = .never
            workload.intruders = .never
        }
        guard let value, let section = Section<PlanKeys.OfWorkload>(value, as: "workload") else {
            return workload
        }
        fill(&workload.rate, section[.rate]) { $0.rate(atMost: Limits.messagesPerSecond) }
        fill(&workload.bodyBytes, section[.body]) { $0.size(Limits.bodyBytes) }
        fill(&workload.duration, section[.duration]) { $0.duration(Limits.workload) }
        fill(&workload.churn, section[.churn]) { $0.rate(atMost: Limits.churnPerSecond) }
        fill(&workload.intruders, section[.intruders]) { $0.rate(atMost: Limits.churnPerSecond) }
        if clients == 0 {
            let rates = [
                (section[.rate], workload.rate), (section[.churn], workload.churn),
                (section[.intruders], workload.intruders),
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
    private func fill<Setting>(
        _ setting: inout Setting,
        _ value: Value?,
        _ read: (Value) -> Setting?
    ) {
        if let value, let given = read(value) { setting = given }
    }
}
