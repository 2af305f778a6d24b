import Evidence
import Testing

@testable import Checkers

/// A1, A2 and P2: they hold where all is served, and agree with plain loops where it is not.
@Suite struct ServiceTests {
    private func judge(_ run: Run) -> Judge {
        Judge(History(records: run.records()), settings: run.settings)
    }

    @Test("a system that stalls only under faults serves well enough", arguments: 0..<30)
    func holds(seed: Int) {
        let run = SteadyRun.make(seed: UInt64(seed))
        let judge = judge(run)
        for guarantee in [Guarantee.availability, .recovery, .latency] {
            let judgement = judge.judgement(on: guarantee)
            #expect(judgement.verdict == .holds, "\(guarantee) \(judgement.findings.prefix(3))")
            #expect(judgement.cases > 0)
        }
    }

    /// Takes answers away, or makes them late: of one client or of all, for a while.
    private func stalled(seed: Int) -> Run {
        var random = SeededGenerator(seed: UInt64(seed), stream: "stall")
        var run = SteadyRun.make(seed: UInt64(seed))
        let from = Int64(random.within(1000...5500)) * SteadyRun.ms
        let to = from + Int64(random.within(50...1800)) * SteadyRun.ms
        let node = random.chance(1, in: 2) ? "client.1" : nil
        let isLate = random.chance(1, in: 2)
        let answers: Set<EventKind> = [.ack, .deliver, .loginOK, .registerFail]
        for index in run.entries.indices.reversed() {
            let entry = run.entries[index]
            guard answers.contains(entry.event), (from...to).contains(entry.time),
                node == nil || entry.node == node
            else { continue }
            if isLate {
                run.entries[index].time += to - from
            } else {
                run.entries.remove(at: index)
            }
        }
        run.entries.sort { $0.time < $1.time }
        return run
    }

    @Test("availability, recovery and latency find what plain loops find", arguments: 0..<90)
    func agrees(seed: Int) {
        let run = stalled(seed: seed)
        let judge = judge(run)
        // An answer that is gone, or late, may be what later records rest on.
        guard Reference(run.records(), hold: 0, settle: 0).doubted().isEmpty else {
            for guarantee in [Guarantee.availability, .recovery, .latency] {
                #expect(judge.judgement(on: guarantee).verdict.word == "unproved")
            }
            return
        }
        let reference = ServiceReference(run.records(), run.settings.bounds)
        let available = judge.judgement(on: .availability)
        #expect((available.verdict == .violated) == reference.isUnavailable(), "\(available)")
        let fast = judge.judgement(on: .latency)
        #expect((fast.verdict == .violated) == reference.isSlow(), "\(fast.findings)")
        let recovered = judge.judgement(on: .recovery)
        let each = reference.recoveries()
        #expect(recovered.cases == each.count)
        let expected =
            each.contains(false) ? "violated" : each.contains(nil) ? "unproved" : "holds"
        #expect(recovered.verdict.word == expected, "\(recovered.findings)")
    }

    @Test("the stalls break each of the three often enough to compare, and not always")
    func isStalled() {
        var broken: [String: Int] = [:]
        for seed in 0..<90 {
            for (code, word) in stalled(seed: seed).verdicts() where word == "violated" {
                broken[code, default: 0] += 1
            }
        }
        for code in ["A1", "A2", "P2"] {
            #expect((6..<88).contains(broken[code, default: 0]), "\(code) of \(broken)")
        }
    }
}
