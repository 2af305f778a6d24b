import Evidence
import Testing

@testable import Checkers

/// The checkers agree with the slow implementations, on runs with random damage to what they tell.
@Suite struct ReferenceTests {
    /// Changes a run at random: what it tells is wrong then, but its evidence is whole.
    private func damaged(seed: Int) -> Run {
        var random = SeededGenerator(seed: UInt64(seed), stream: "damage")
        var run = RunMaker.make(seed: UInt64(seed), steps: 110)
        for _ in 0..<random.within(0...5) {
            let deliveries = run.indices(.deliver)
            let clients = run.entries.indices.filter {
                run.entries[$0].node.hasPrefix("client") && run.entries[$0].event != .closed
            }
            guard let one = random.pick(deliveries), let other = random.pick(deliveries),
                let any = random.pick(clients)
            else { break }
            switch random.below(8) {
            case 0: run.entries.remove(at: one)
            case 1: run.insert(after: one, .deliver, run.entries[one].fields)
            case 2:
                let fields = run.entries[one].fields
                run.entries[one].fields[.message] = run.entries[other].fields[.message]
                run.entries[one].fields[.digest] = run.entries[other].fields[.digest]
                run.entries[other].fields[.message] = fields[.message]
                run.entries[other].fields[.digest] = fields[.digest]
            case 3: run.entries[one].fields[.digest] = "00000000000000aa"
            case 4:
                // Somebody else's message, in this session.
                var fields = run.entries[one].fields
                fields[.message] = run.entries[other].fields[.message]
                fields[.digest] = run.entries[other].fields[.digest]
                run.insert(after: one, .deliver, fields)
            case 5: run.entries.remove(at: any)
            case 6:
                let acks = run.indices(.sendInfo) + run.indices(.sendFail)
                if let place = random.pick(acks) { run.entries[place].event = .ack }
            case _:
                let heals = run.indices(.faultHealVerified)
                if let place = random.pick(heals) { run.entries.remove(at: place) }
            }
        }
        return run
    }

    /// The violations that a checker finds, whatever the judge would make of them.
    private func found(_ guarantee: Guarantee, _ run: Run, _ history: History) -> [Finding] {
        let judgement = Judge(history, settings: run.settings).judgement(on: guarantee)
        #expect(judgement.omitted == 0)
        return judgement.findings.filter { $0.kind == .violation }
    }

    @Test(
        "no-loss, no-duplication, no-creation, addressing and fifo find what brute force finds",
        arguments: 0..<200
    )
    func agrees(seed: Int) {
        let run = damaged(seed: seed)
        let records = run.records()
        let history = History(records: records)
        let reference = Reference(
            records,
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
        let doubted = reference.doubted()
        #expect(Set(history.completeness.contradictions.flatMap(\.writers)) == doubted)
        #expect(history.completeness.isComplete == doubted.isEmpty)
        guard doubted.isEmpty else {
            let open = Set(["D1", "D3", "D4", "D5", "E1"])
            #expect(open.allSatisfy { run.verdicts()[$0] == "unproved" })
            #expect(["D2", "O1"].allSatisfy { run.verdicts()[$0] != nil })
            return
        }
        func pairs(_ guarantee: Guarantee) -> Set<String> {
            Set(found(guarantee, run, history).map { "\($0.messages[0]) \($0.users[0])" })
        }
        func places(_ guarantee: Guarantee) -> Set<String> {
            Set(found(guarantee, run, history).map { $0.witnesses[0].description })
        }
        let healed = history.faults.allSatisfy { $0.until != nil }
        #expect(pairs(.noLoss) == (healed ? reference.lost() : []))
        #expect(pairs(.noDuplication) == reference.duplicated())
        #expect(places(.noCreation) == reference.created())
        #expect(places(.addressing) == reference.misaddressed())
        #expect(pairs(.fifo) == reference.disordered())
    }

    @Test("the damage breaks each of the five often enough to compare")
    func isDamaged() {
        var broken: [String: Int] = [:]
        for seed in 0..<200 {
            for (code, word) in damaged(seed: seed).verdicts() where word == "violated" {
                broken[code, default: 0] += 1
            }
        }
        for code in ["D1", "D2", "D3", "D4", "O1"] {
            #expect(broken[code, default: 0] >= 5, "\(code) of \(broken)")
        }
    }
}
