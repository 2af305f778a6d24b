/// Steps that end and start processes: whether there is something to end or to start, and whether
/// somebody is left.
extension StoryCheck {
    func check(_ kill: Kill, _ placed: StoryReader.PlacedStep, _ state: inout State) {
        end(kill.nodes, placed, &state) { time in
            switch kill.then {
            case .stayDown: nil
            case .restart(let delay): time + delay
            }
        }
    }

    func check(_ restart: Restart, _ placed: StoryReader.PlacedStep, _ state: inout State) {
        guard restart.isRolling else {
            return end(restart.nodes, placed, &state) { $0 + restart.downFor }
        }
        let count = max(restart.nodes.count, restart.nodes.flatMap(names).count)
        let last = placed.step.time + restart.every * (count - 1)
        if last >= end {
            problems.add(
                """
                the restart of \(count) nodes, one every \(Quantity.text(restart.every)), does not end \
                before the workload does
                """,
                at: placed.position,
                remedy: "write a shorter `every`, an earlier `at`, or a longer `for` in `workload`"
            )
        }
        for selector in restart.nodes where !selector.isDrawnLater {
            _ = tellDown(selector, placed, state, remedy: "restart it later, or another node")
        }
    }

    func check(_ start: Start, _ placed: StoryReader.PlacedStep, _ state: inout State) {
        for selector in start.nodes {
            switch selector {
            case .name(let name):
                if isFounder(name, state) {
                    problems.add(
                        "\(name) cannot start later: it is the first server, which founds the system",
                        at: placed.position,
                        remedy: "hold back other servers, or end it by an earlier step"
                    )
                    continue
                }
                tellRunning(name, placed, state)
            case .servers, .clients:
                let isDown = names(selector).contains { state.down[$0] != nil }
                let mayBe = selector == .servers && state.hasUnnamedDown
                if !isDown && !mayBe {
                    problems.add(
                        "a start of nothing: none of the \(selector.text) is down then",
                        at: placed.position,
                        remedy: "end some by an earlier step, or hold some back: start them by name"
                    )
                }
            case .master, .superPeer, .peer, .anyServer, .others, .allOthers:
                problems.add(
                    "`\(selector.text)` is no node that is down",
                    at: placed.position,
                    remedy: "name the nodes, for example `start: {node: server.2..5}`"
                )
            }
            for name in names(selector) { state.down[name] = nil }
        }
    }

    /// Ends nodes; `comeBack` says when those that end at a time are there again, if this step says so.
    func end(
        _ nodes: [NodeSelector],
        _ placed: StoryReader.PlacedStep,
        _ state: inout State,
        comeBack: (Duration) -> Duration?
    ) {
        let until = comeBack(placed.step.time)
        for selector in nodes {
            if selector.isDrawnLater {
                state.hasUnnamedDown = state.hasUnnamedDown || until == nil
                continue
            }
            if tellDown(selector, placed, state, remedy: "end it later, or another node") {
                continue
            }
            for name in names(selector) { state.down[name] = (placed.step.id, until) }
        }
        tellNobodyLeft(placed, state)
    }

    /// True, and told, where a node or all of a group are down at the time of the step.
    private func tellDown(
        _ selector: NodeSelector,
        _ placed: StoryReader.PlacedStep,
        _ state: State,
        remedy: String
    ) -> Bool {
        let all = names(selector)
        let time = placed.step.time
        func isDown(_ name: String) -> Bool {
            state.down[name].map { down in down.until.map { time < $0 } ?? true } ?? false
        }
        guard let first = all.first, all.allSatisfy(isDown), let down = state.down[first] else {
            return false
        }
        let until = down.until.map { "until \(Quantity.text($0)) at the earliest" } ?? "for good"
        problems.add(
            "a fault on nothing: \(first) is down \(until), by \(down.fault)",
            at: placed.position,
            remedy: remedy
        )
        return true
    }

    private func isFounder(_ name: String, _ state: State) -> Bool {
        name == "server.1" && state.down[name].map { $0.fault == "its later start" } ?? false
    }

    private func tellRunning(_ name: String, _ placed: StoryReader.PlacedStep, _ state: State) {
        let down = state.down[name]
        if let until = down?.until {
            problems.add(
                """
                \(name) needs no start: \(down?.fault ?? "") starts it again at \
                \(Quantity.text(until)) or later
                """,
                at: placed.position,
                remedy: "remove this start, or let the other step end with `stay down`"
            )
        } else if down == nil, !(state.hasUnnamedDown && name.hasPrefix("server.")) {
            problems.add(
                "a start of nothing: \(name) runs then",
                at: placed.position,
                remedy: "end it by an earlier step, or start another node"
            )
        }
    }

    /// Tells where no server is left that could let the others in again.
    private func tellNobodyLeft(_ placed: StoryReader.PlacedStep, _ state: State) {
        guard let cluster else { return }
        let time = placed.step.time
        let names = cluster.serverNames
        func isDown(_ name: String) -> Bool {
            state.down[name].map { down in down.until.map { time <= $0 } ?? true } ?? false
        }
        guard names.allSatisfy(isDown) else { return }
        let stayDown = names.allSatisfy { name in
            state.down[name]?.until == nil
                && !(state.starts[name] ?? []).contains { $0 >= time }
        }
        if stayDown {
            problems.add(
                "no server is left from then on",
                at: placed.position,
                remedy: "let one live, or start some again"
            )
        } else if !cluster.durable {
            problems.add(
                "every server is down at once, and what they know is in their memory only",
                at: placed.position,
                remedy: "let one live, or write `durable: true`"
            )
        }
    }
}
