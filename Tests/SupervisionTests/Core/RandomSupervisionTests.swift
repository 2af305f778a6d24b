import Evidence
import Testing

@testable import Supervision

/// Random orders of events, against what must hold whatever happens.
@Suite("Any order of events") struct RandomSupervisionTests {
    /// A world of processes that does what the core says, and lets chance do the rest.
    struct World {
        var core = SupervisorCore()
        var chance: SeededGenerator
        var now = Instant.zero
        var living: [String: Int32] = [:]
        var lastPID: Int32 = 1
        var timers: [String: Instant] = [:]
        var open: [Int: Int] = [:]
        var answered = 0
        var spawned: [NodeIncarnation] = []
        var exited: [NodeIncarnation] = []

        mutating func feed(_ event: SupervisorCore.Event) {
            var events = [event]
            while !events.isEmpty {
                for effect in core.receive(events.removeFirst(), now: now) {
                    perform(effect, &events)
                }
            }
        }

        mutating func perform(
            _ effect: SupervisorCore.Effect,
            _ events: inout [SupervisorCore.Event]
        ) {
            switch effect {
            case .spawn(let specification, let incarnation):
                let node = specification.node
                #expect(living[node] == nil, "\(node) was spawned while it lives")
                guard chance.next() % 5 != 0 else {
                    events.append(.spawnFailed(node, why: "chance", remedy: "none"))
                    break
                }
                lastPID += 1
                living[node] = lastPID
                spawned.append(NodeIncarnation(node: node, incarnation: incarnation))
                events.append(.spawned(node, pid: lastPID))
            case .signal(let node, _), .signalGroup(let node, _):
                #expect(living[node] != nil, "\(node) got a signal after its end")
            case .recordExit(let node, let exit, _):
                exited.append(NodeIncarnation(node: node, incarnation: exit.incarnation))
            case .sweep(let node):
                events.append(.swept(node, isEmpty: chance.next() % 3 != 0))
            case .setTimer(let node, let instant):
                timers[node] = instant
            case .finish(let ticket, let error):
                let left = (open[ticket] ?? 0) - 1
                #expect(left >= 0, "ticket \(ticket) was answered too often")
                open[ticket] = error == nil && left > 0 ? left : nil
                answered += 1
            case .collect, .forget, .record, .publish, .announce:
                break
            }
        }
    }

    @Test(
        "everybody is answered, and every process that was spawned has one exit",
        arguments: 0..<200
    )
    func everybodyIsAnswered(seed: UInt64) {
        var world = World(chance: SeededGenerator(seed: seed))
        let names = ["a", "b", "c"]
        for step in 1...300 {
            world.now = world.now + .milliseconds(Int64(world.chance.next() % 700))
            let name = names[Int(world.chance.next() % 3)]
            switch world.chance.next() % 7 {
            case 0, 1:
                world.open[step] = 1
                let specification = ProcessSpecification(
                    node: name,
                    executable: "/x",
                    arguments: [],
                    readiness: step.isMultiple(of: 2) ? .none : .notify(within: .seconds(1)),
                    stopWithin: .seconds(1)
                )
                world.feed(.start(specification, step))
            case 2:
                world.open[step] = 1
                world.feed(.kill(name, signal: 9, fault: "f\(step)", step))
            case 3:
                world.open[step] = 3
                world.feed(.stop(names, step))
            case 4:
                guard let pid = world.living[name] else { break }
                world.feed(.notified(pid: pid, group: nil, Notification(isReady: true)))
            case 5:
                guard world.living.removeValue(forKey: name) != nil else { break }
                world.feed(.ended(name, step.isMultiple(of: 3) ? .code(0) : .signal(9)))
            default:
                fire(&world)
            }
        }
        world.open[1_000] = 1
        world.feed(.shutdown(1_000))
        for name in names where world.living.removeValue(forKey: name) != nil {
            world.feed(.ended(name, .signal(9)))
        }
        for _ in 0..<20 {
            world.now = world.now + .seconds(1)
            fire(&world)
        }
        #expect(world.open.isEmpty, "seed \(seed): tickets without answer")
        #expect(world.spawned.sorted() == world.exited.sorted(), "seed \(seed)")
        #expect(Set(world.spawned).count == world.spawned.count, "seed \(seed)")
    }

    func fire(_ world: inout World) {
        let now = world.now
        for name in world.timers.filter({ $0.value <= now }).keys.sorted() {
            world.timers[name] = nil
            world.feed(.timer(name))
        }
    }
}
