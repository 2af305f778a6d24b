import Evidence
import Messaging

/// Faults: who is hit is found out when they begin.
extension Simulation {
    private func id(_ number: Int) -> String { "fault.\(number + 1)" }

    private func resolve(_ victim: SimulatedFault.Victim) -> String {
        switch victim {
        case .server(let number): return "server.\(number)"
        case .master:
            let highest = masters.max { ($0.value, $0.key) < ($1.value, $1.key) }
            return highest?.key ?? "server.1"
        }
    }

    mutating func apply(_ number: Int) {
        switch plan.faults[number].what {
        case .kill(let victim, let pause):
            kill(resolve(victim), number, pause)
        case .killClient(let client, let pause):
            kill("client.\(client)", number, pause)
        case .cut(let ends, let ways, let how, let duration):
            let links = links(ends, ways)
            guard !links.isEmpty else { return }
            let fields: FieldValues = [
                .fault: id(number), .faultKind: "cut", .link: Link.text(links),
            ]
            orchestrate(.faultIntended, fields)
            let fault = self.id(number)
            for link in links { gates[link, default: [:]][fault] = how }
            gatesChanged(links)
            orchestrate(.faultApplied, fields)
            orchestrate(.faultVerified, fields)
            queue.add(.heal(number), at: now + duration)
        }
    }

    private mutating func kill(_ name: String, _ number: Int, _ pause: Duration?) {
        guard let node = nodes[name], node.isRunning, node.diesAfter == nil else { return }
        let fields: FieldValues = [.fault: id(number), .faultKind: "kill", .target: name]
        orchestrate(.faultIntended, fields)
        nodes[name]?.fault = fields[.fault]
        // It dies in the middle of what it does next.
        let effects = random.below(4)
        nodes[name]?.diesAfter = effects
        queue.add(
            .event(node: name, incarnation: node.incarnation, .timer(TimerID(kind: 1))),
            at: now + .milliseconds(1)
        )
        guard let pause else { return }
        queue.add(.restart(node: name), at: now + pause)
        queue.add(.heal(number), at: now + pause)
    }

    mutating func heal(_ number: Int) {
        var fields: FieldValues = [.fault: id(number)]
        switch plan.faults[number].what {
        case .kill, .killClient:
            fields[.faultKind] = "kill"
            orchestrate(.faultHealed, fields)
            orchestrate(.faultHealVerified, fields)
        case .cut:
            let links = gates.filter { $0.value[id(number)] != nil }.keys.sorted()
            fields[.faultKind] = "cut"
            fields[.link] = Link.text(links)
            orchestrate(.faultHealed, fields)
            let fault = self.id(number)
            for link in links {
                gates[link]?[fault] = nil
                if gates[link]?.isEmpty ?? false { gates[link] = nil }
            }
            gatesChanged(links)
            orchestrate(.faultHealVerified, fields)
        }
    }

    private func links(_ ends: SimulatedFault.Ends, _ ways: SimulatedFault.Ways) -> [Link] {
        let one: String
        let others: [String]
        switch ends {
        case .pair(let first, let second):
            one = resolve(first)
            others = [resolve(second)].filter { $0 != one }
        case .others(let victim):
            one = resolve(victim)
            others = serverNames.filter { $0 != one }
        }
        return others.flatMap { other -> [Link] in
            let out = Link(from: one, to: other)
            switch ways {
            case .both: return [out, out.reversed]
            case .out: return [out]
            case .in: return [out.reversed]
            }
        }
    }
}

extension SimulatedFault {
    /// How long it lasts, once it began.
    var duration: Duration {
        switch what {
        case .kill(_, let pause): pause ?? .zero
        case .killClient(_, let pause): pause
        case .cut(_, _, _, let duration): duration
        }
    }
}
