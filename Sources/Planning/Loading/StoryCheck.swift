/// Finds the steps of a story that meet nothing because of what other steps did before.
struct StoryCheck {
    let problems: Problems
    let cluster: Cluster?
    /// When the workload ends, and with it the story.
    let end: Duration

    /// One direction between two nodes that the plan names.
    struct Link: Hashable {
        var from: String
        var to: String
    }

    /// When nodes are down and links are cut, as far as the plan alone can tell.
    struct State {
        /// A node that is down: by which fault, and until when; nil where no fault says so.
        var down: [String: (fault: String, until: Duration?)] = [:]
        /// Whether a server may be down that no step names: the master of a moment, any server.
        var hasUnnamedDown = false
        /// When a `start` names a node.
        var starts: [String: [Duration]] = [:]
        /// A link that is cut: by which fault, and until when.
        var cut: [Link: (fault: String, until: Duration)] = [:]
    }

    /// Goes through the steps in the order of time and tells what is nonsense.
    func check(_ steps: [StoryReader.PlacedStep]) {
        let ordered = steps.enumerated().sorted {
            ($0.element.step.time, $0.offset) < ($1.element.step.time, $1.offset)
        }.map(\.element)
        var state = beginning(ordered)
        for placed in ordered {
            switch placed.step.action {
            case .kill(let kill): check(kill, placed, &state)
            case .stop(let stop): end(stop.nodes, placed, &state) { _ in nil }
            case .start(let start): check(start, placed, &state)
            case .restart(let restart): check(restart, placed, &state)
            case .cut(let cut): check(cut, placed, &state)
            case .tamper(let tamper): check(tamper, placed, state)
            }
        }
    }

    /// The state in which the story begins: nodes that are held back are down.
    private func beginning(_ ordered: [StoryReader.PlacedStep]) -> State {
        var state = State()
        for placed in ordered {
            guard case .start(let start) = placed.step.action else { continue }
            for name in start.nodes.flatMap(names) {
                state.starts[name, default: []].append(placed.step.time)
            }
        }
        guard let cluster else { return state }
        for name in ordered.map(\.step).lateNodes(in: cluster) {
            state.down[name] = ("its later start", nil)
        }
        return state
    }

    private func check(_ cut: Cut, _ placed: StoryReader.PlacedStep, _ state: inout State) {
        let links = links(cut.links)
        let time = placed.step.time
        guard links.count <= Limits.cutLinks else {
            problems.add(
                "the cut is on \(links.count) links, more than can be probed at once",
                at: placed.position,
                remedy: "cut at most \(Limits.cutLinks) links: name fewer nodes"
            )
            return
        }
        if meetsOnlyDead(links, until: time + cut.duration, placed, state) { return }
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
        let end = placed.step.time + tamper.duration
        if meetsOnlyDead([link], until: end, placed, state) { return }
        if let cut = state.cut[link], end <= cut.until {
            problems.add(
                "a fault on nothing: the link is cut until \(Quantity.text(cut.until)), by \(cut.fault)",
                at: placed.position,
                remedy: "let it last longer, or begin later"
            )
        }
    }

    /// True, and told, where each of the links has an end that is down all the while.
    private func meetsOnlyDead(
        _ links: [Link],
        until end: Duration,
        _ placed: StoryReader.PlacedStep,
        _ state: State
    ) -> Bool {
        func isDead(_ node: String) -> Bool {
            guard let down = state.down[node], down.until == nil else { return false }
            return !(state.starts[node] ?? []).contains { $0 >= placed.step.time && $0 < end }
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

    /// The links between nodes that the plan names; empty where a role or the seed decides.
    private func links(_ links: Cut.Links) -> [Link] {
        let (left, right): ([NodeSelector], [NodeSelector])
        switch links {
        case .oneWay(let from, let to): (left, right) = (from, to)
        case .between(let one, let other): (left, right) = (one, other)
        }
        guard !(left + right).contains(where: \.isDrawnLater) else { return [] }
        let first = left.flatMap(names)
        let inside = Set(first)
        let second = right.flatMap { selector -> [String] in
            switch selector {
            case .others: cluster?.serverNames.filter { !inside.contains($0) } ?? []
            case .allOthers:
                cluster.map { $0.serverNames + $0.clientNames }?
                    .filter { !inside.contains($0) } ?? []
            case .name, .master, .superPeer, .peer, .anyServer, .servers, .clients:
                names(selector)
            }
        }
        return first.flatMap { a in
            second.flatMap { b -> [Link] in
                if a == b || (a.hasPrefix("client.") && b.hasPrefix("client.")) { return [] }
                switch links {
                case .oneWay: return [Link(from: a, to: b)]
                case .between: return [Link(from: a, to: b), Link(from: b, to: a)]
                }
            }
        }
    }

    /// The names behind a selector by the plan alone.
    func names(_ selector: NodeSelector) -> [String] {
        switch selector {
        case .name(let name): [name]
        case .servers: cluster?.serverNames ?? []
        case .clients: cluster?.clientNames ?? []
        case .master, .superPeer, .peer, .anyServer, .others, .allOthers: []
        }
    }
}
