import Evidence
import Testing

@testable import Checkers

/// S1 and S2 agree with brute force, on runs in which servers' records were changed at random.
@Suite struct ServerReferenceTests {
    private static let kinds: Set<EventKind> = [
        .roleChanged, .epochChanged, .peerListed, .peerLost, .supervisorChanged, .supervisorLost,
    ]

    private func changed(seed: Int) -> Run {
        var random = SeededGenerator(seed: UInt64(seed), stream: "change")
        var run = RunMaker.make(seed: UInt64(seed), steps: 80)
        for _ in 0..<random.within(0...6) {
            let told = run.entries.indices.filter { Self.kinds.contains(run.entries[$0].event) }
            guard let one = random.pick(told), let other = random.pick(told) else { break }
            switch random.below(5) {
            case 0: run.entries.remove(at: one)
            case 1:
                if let role = random.pick(ServerRole.allCases),
                    run.entries[one].fields[.role] != nil
                {
                    run.entries[one].fields[.role] = role.rawValue
                }
            case 2:
                if run.entries[one].fields[.epoch] != nil {
                    run.entries[one].fields[.epoch] = "\(random.within(1...3))"
                }
            case 3:
                if run.entries[one].fields[.peer] != nil {
                    run.entries[one].fields[.peer] = "server.\(random.within(1...3))"
                }
            case _:
                // Told again, by whoever wrote something else.
                run.insert(after: other, run.entries[one].event, run.entries[one].fields)
            }
        }
        return run
    }

    @Test("single-master and one-supervisor find as much as brute force", arguments: 0..<60)
    func agrees(seed: Int) {
        let run = changed(seed: seed)
        let records = run.records()
        let judge = Judge(History(records: records), settings: run.settings)
        let reference = Reference(
            records,
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
        let masters = judge.judgement(on: .singleMaster).totals[.violation] ?? 0
        #expect(masters == reference.masterFaults(superPeers: run.settings.superPeers))
        let supervisors = judge.judgement(on: .oneSupervisor).totals[.violation] ?? 0
        #expect(supervisors == reference.supervisorFaults())
    }

    @Test("the changes break each of the two often enough to compare, and not always")
    func isChanged() {
        var broken: [String: Int] = [:]
        for seed in 0..<60 {
            for (code, word) in changed(seed: seed).verdicts() where word == "violated" {
                broken[code, default: 0] += 1
            }
        }
        for code in ["S1", "S2"] {
            #expect((3..<58).contains(broken[code, default: 0]), "\(code) of \(broken)")
        }
    }
}
