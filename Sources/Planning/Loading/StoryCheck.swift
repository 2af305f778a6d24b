/// Finds the steps of a story that meet nothing because of what other steps did before.
struct StoryCheck {
    let problems: Problems
    let cluster: Cluster?

    /// One direction between two nodes that the plan names.
    private struct Link: Hashable {
        var from: String
        var to: String
    }

    /// When nodes are down and links are cut, as far as the plan alone can tell.
    private struct State {
        /// A node that is down: by which fault, and until when; nil for good.
        var down: [String: (fault: String, until: Duration?)] = [:]
        /// A link that is cut: by which fault, and until when.
        var cut: [Link: (fault: String, until: Duration)] = [:]
    }

    /// Goes through the steps in the order of time and tells what is nonsense.
    func check(_ steps: [StoryReader.PlacedStep]) {
        var state = State()
        let ordered = steps.enumerated().sorted {
            ($0.element.step.time, $0.offset) < ($1.element.step.time, $1.offset)
        }
        for (_, placed) in ordered {
            switch placed.step.action {
            case .kill(let kill): check(kill, placed, &state)
            case .cut(let cut): check(cut, placed, &state)
            case .tamper(let tamper): check(tamper, placed, state)
            }
        }
    }

    private func check(_ kill: Kill, _ placed: StoryReader.PlacedStep, _ state: inout State) {
        guard case .name(let name) = kill.node else { return }
        let time = placed.step.time
        if let down = state.down[name], down.until.map({ time < $0 }) ?? true {
            let until =
                down.until.map { "until \(Quantity.text($0)) at the earliest" } ?? "for good"
            problems.add(
                "a fault on nothing: \(name) is down \(until), by \(down.fault)",
                at: placed.position,
                remedy: "kill it later, or another node"
            )
            return
        }
        switch kill.then {
        case .stayDown: state.down[name] = (placed.step.id, nil)
        case .restart(let delay): state.down[name] = (placed.step.id, time + delay)
        }
    }

    private func check(_ cut: Cut, _ placed: StoryReader.PlacedStep, _ state: inout State) {
        let links = links(cut.links)
        let time = placed.step.time
        if meetsOnlyDead(links, placed, state) { return }
        for link in links {
            guard let earlier = state.cut[link], time < earlier.until else { continue }
            problems.add(
                """
                the link \(link.from) -> \(link.to) is cut already, by \(earlier.fault) until \
                \(Quantity.text(earlier.until)): neither heal could be verified
                """,
                at: placed.position,
                remedy: "begin later, or cut other links"
            )
            return
        }
        for link in links { state.cut[link] = (placed.step.id, time + cut.duration) }
    }

    private func check(_ tamper: Tamper, _ placed: StoryReader.PlacedStep, _ state: State) {
        guard case .name(let from) = tamper.from, case .name(let to) = tamper.to else { return }
        let link = Link(from: from, to: to)
        if meetsOnlyDead([link], placed, state) { return }
        if let cut = state.cut[link], placed.step.time + tamper.duration <= cut.until {
            problems.add(
                "a fault on nothing: the link is cut until \(Quantity.text(cut.until)), by \(cut.fault)",
                at: placed.position,
                remedy: "let it last longer, or begin later"
            )
        }
    }

    /// True, and told, where each of the links has an end that is down for good.
    private func meetsOnlyDead(
        _ links: [Link],
        _ placed: StoryReader.PlacedStep,
        _ state: State
    ) -> Bool {
        func isDead(_ node: String) -> Bool {
            state.down[node].map { $0.until == nil } ?? false
        }
        guard let first = links.first, links.allSatisfy({ isDead($0.from) || isDead($0.to) }) else {
            return false
        }
        let dead = isDead(first.from) ? first.from : first.to
        problems.add(
            "a fault on nothing: \(dead) is down for good, by \(state.down[dead]?.fault ?? "")",
            at: placed.position,
            remedy: "begin before that, or name a node that lives"
        )
        return true
    }

    /// The links between nodes that the plan names; empty where a role decides.
    private func links(_ links: Cut.Links) -> [Link] {
        switch links {
        case .oneWay(let from, let to):
            return named([from]).flatMap { from in named([to]).map { Link(from: from, to: $0) } }
        case .between(let left, let right):
            guard !left.contains(.master), !right.contains(.master) else { return [] }
            return bothWays(named(left), named(right))
        case .betweenOthers(let group):
            guard let cluster, !group.contains(.master) else { return [] }
            let names = named(group)
            let members = Set(names)
            return bothWays(names, cluster.serverNames.filter { !members.contains($0) })
        }
    }

    private func bothWays(_ left: [String], _ right: [String]) -> [Link] {
        left.flatMap { a in
            right.flatMap { b in
                a.hasPrefix("client.") && b.hasPrefix("client.")
                    ? [] : [Link(from: a, to: b), Link(from: b, to: a)]
            }
        }
    }

    private func named(_ selectors: [NodeSelector]) -> [String] {
        selectors.compactMap { selector in
            switch selector {
            case .name(let name): name
            case .master: nil
            }
        }
    }
}

extension Step {
    /// When the step begins, after the workload began.
    var time: Duration {
        switch trigger {
        case .at(let time): time
        }
    }
}
