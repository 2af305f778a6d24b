import Evidence
import Testing

@testable import Checkers

/// O2 and O3 agree with brute force, on runs whose deliveries were mixed up at random.
@Suite struct OrderReferenceTests {
    private func mixed(seed: Int) -> Run {
        var random = SeededGenerator(seed: UInt64(seed), stream: "mix")
        var run = RunMaker.make(seed: UInt64(seed), steps: 90)
        for _ in 0..<random.within(0...6) {
            let deliveries = run.indices(.deliver)
            guard let one = random.pick(deliveries) else { break }
            // Mostly with a neighbour, so that it is not all one knot.
            let near = deliveries.filter { abs($0 - one) < 12 && $0 != one }
            guard let other = random.pick(random.chance(1, in: 8) ? deliveries : near) else {
                continue
            }
            switch random.below(4) {
            case 0: run.entries.remove(at: one)
            case 1:
                let sends = run.indices(.send)
                if let send = random.pick(sends) {
                    let user = run.entries[send].fields[.user] ?? ""
                    run.insert(after: send, .streamStarted, [.user: user, .stream: "x\(send)"])
                }
            case _:
                let fields = run.entries[one].fields
                run.entries[one].fields[.message] = run.entries[other].fields[.message]
                run.entries[one].fields[.digest] = run.entries[other].fields[.digest]
                run.entries[other].fields[.message] = fields[.message]
                run.entries[other].fields[.digest] = fields[.digest]
            }
        }
        return run
    }

    @Test("causal finds what brute force finds", arguments: 0..<70)
    func causal(seed: Int) {
        let run = mixed(seed: seed)
        let records = run.records()
        let judgement = Judge(History(records: records), settings: run.settings)
            .judgement(on: .causal)
        let found = judgement.findings.filter { $0.kind == .violation }
        let reference = Reference(records, hold: 0, settle: 0)
        #expect(Set(found.map { "\($0.messages[0]) \($0.users[0])" }) == reference.uncausal())
        // What is shown as the cause does precede what came first.
        let relation = reference.precedence()
        for finding in found {
            let places = finding.messages.compactMap { message in
                reference.sends.firstIndex { $0.message == message }
            }
            #expect(places.count == 2 && relation[places[0]][places[1]])
        }
    }

    @Test("total finds the knots that brute force finds", arguments: 0..<70)
    func total(seed: Int) {
        let run = mixed(seed: seed)
        let records = run.records()
        let judgement = Judge(History(records: records), settings: run.settings)
            .judgement(on: .total)
        let found = judgement.findings.filter { $0.kind == .violation }
        let knots = Reference(records, hold: 0, settle: 0).knots()
        #expect(found.count == knots.count)
        for finding in found {
            #expect(finding.users.count > 1)
            #expect(knots.contains { $0.isSuperset(of: finding.messages) })
        }
    }

    @Test("the mixing breaks each of the two often enough to compare, and not always")
    func isMixed() {
        var broken: [String: Int] = [:]
        for seed in 0..<70 {
            for (code, word) in mixed(seed: seed).verdicts() where word == "violated" {
                broken[code, default: 0] += 1
            }
        }
        for code in ["O2", "O3"] {
            #expect((10..<68).contains(broken[code, default: 0]), "\(code) of \(broken)")
        }
    }
}
