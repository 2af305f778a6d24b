import Evidence
import Planning
import Testing

@testable import Chaos

@Suite struct TimetableTests {
    private func plan(_ steps: [String], seed: UInt64 = 1) throws -> Plan {
        let story = steps.map { "  - \($0)\n" }.joined()
        let head = "plan: test\ncluster: {servers: 3, clients: 3}\nstory:\n"
        return try PlanLoader.load(text: head + story, file: "test", seed: seed)
    }

    private let kill = "{at: 4s, kill: {node: role master, then: restart after 1s}}"
    private let cut = "{at: 2s, cut: {link: server.1 -> server.3, for: 3s}}"
    private let drop = "{at: 4s, drop: {link: server.1 -> client.3, matching: A, for: 5s}}"

    @Test("faults come in the order of time, those at once in the order of the plan")
    func order() throws {
        let timetable = Timetable(try plan([kill, cut, drop]))
        #expect(timetable.faults.map(\.id) == ["fault.2", "fault.1", "fault.3"])
        #expect(timetable.faults.map(\.kind) == [.cut, .kill, .drop])
        #expect(timetable.faults.map(\.at) == [.seconds(2), .seconds(4), .seconds(4)])
        #expect(timetable.faults.map(\.end) == [.seconds(5), nil, .seconds(9)])
    }

    @Test("each fault is taken once, when it is due")
    func due() throws {
        var timetable = Timetable(try plan([kill, cut, drop]))
        #expect(timetable.next == .seconds(2))
        #expect(timetable.takeDue(at: .milliseconds(1999)).isEmpty)
        #expect(timetable.takeDue(at: .seconds(2)).map(\.id) == ["fault.2"])
        #expect(timetable.takeDue(at: .seconds(3)).isEmpty)
        #expect(timetable.next == .seconds(4))
        #expect(timetable.takeDue(at: .seconds(60)).map(\.id) == ["fault.1", "fault.3"])
        #expect(timetable.next == nil)
        #expect(timetable.takeDue(at: .seconds(60)).isEmpty)
    }

    @Test("the same plan and seed give the same timetable, another seed other choices")
    func seeds() throws {
        let first = Timetable(try plan([kill, cut], seed: 7))
        #expect(first == Timetable(try plan([kill, cut], seed: 7)))
        let other = Timetable(try plan([kill, cut], seed: 8))
        #expect(first.faults.map(\.at) == other.faults.map(\.at))
        #expect(zip(first.faults, other.faults).allSatisfy { $0.generator != $1.generator })
    }

    @Test("a fault more, wherever it stands, changes no choice of the others")
    func addingRerollsNothing() throws {
        let before = Timetable(try plan([kill, cut]))
        let stories = [[drop, kill, cut], [kill, drop, cut], [kill, cut, drop]]
        for story in stories {
            let after = Timetable(try plan(story))
            for fault in before.faults {
                let same = after.faults.first { $0.action == fault.action }
                #expect(same?.generator == fault.generator)
            }
        }
    }

    @Test("two steps of the same content make choices of their own")
    func twins() throws {
        let faults = Timetable(try plan([drop, drop])).faults
        #expect(faults[0].action == faults[1].action)
        #expect(faults[0].generator != faults[1].generator)
    }

    @Test("the plan tells on whom a fault is where it names them, or all that there are")
    func places() throws {
        let cutOff = "{at: 6s, cut: {between: [server.1], and: others, for: 3s}}"
        let some = "{at: 7s, cut: {link: role master -> server.3, for: 3s}}"
        let stop = "{at: 8s, stop: {node: [server.1, client.2]}}"
        let all = "{at: 3s, restart: {node: servers, every: 1s}}"
        let steps = [kill, cut, drop, cutOff, some, stop, all]
        let faults = Timetable(try plan(steps)).faults.sorted { $0.id < $1.id }
        let servers = ["server.1", "server.2", "server.3"]
        let links = faults.map { fault in
            fault.links(servers: servers, clients: ["client.1"])?.map(\.description).sorted()
        }
        #expect(
            links == [
                nil, ["server.1 -> server.3"], ["server.1 -> client.3"],
                [
                    "server.1 -> server.2", "server.1 -> server.3", "server.2 -> server.1",
                    "server.3 -> server.1",
                ], nil, nil, nil,
            ]
        )
        #expect(
            faults.map(\.targets) == [nil, nil, nil, nil, nil, ["server.1", "client.2"], nil]
        )
    }
}
