import Checkers
import Evidence
import Testing

/// Checking while a run goes on: by the checkers of the end, on what is there so far.
@Suite struct OnlineJudgeTests {
    /// What a run shows when it is looked at after every few records, the last time with a record
    /// that came `settle` later.
    private func watch(
        _ run: Run,
        every step: Int = 7
    ) -> (violated: [String], judge: OnlineJudge) {
        var judge = OnlineJudge(settings: run.settings, confirmation: run.settings.settle)
        let records = Self.inOrder(run.records())
        for from in stride(from: 0, to: records.count, by: step) {
            let part = records[from..<min(from + step, records.count)]
            judge.add(Array(part))
            guard let last = part.last else { continue }
            _ = judge.look(at: last.time)
        }
        if let last = records.last {
            _ = judge.look(at: last.time + run.settings.settle)
        }
        return (judge.violated.map(\.guarantee.code).sorted(), judge)
    }

    /// As the journal has them: by time, since evidence is never behind.
    private static func inOrder(_ records: [Record]) -> [Record] {
        records.sorted { ($0.journalSequence, $0.sequence) < ($1.journalSequence, $1.sequence) }
    }

    @Test("nothing is ever violated in a valid run, however often one looks", arguments: 0..<20)
    func valid(seed: Int) {
        let run = RunMaker.make(seed: UInt64(seed))
        let (violated, judge) = watch(run)
        #expect(violated.isEmpty, "seed \(seed)")
        let verdicts = judge.verdicts() ?? [:]
        #expect(Set(verdicts.keys) == Set(OnlineJudge.guarantees))
        #expect(verdicts.values.allSatisfy { $0 == .holds }, "seed \(seed): \(verdicts)")
    }

    @Test(
        "what is violated at the end is found on the way, and nothing else",
        arguments: Mutation.catalogue
    )
    func mutated(mutation: Mutation) {
        let online = Set(OnlineJudge.guarantees.map(\.code))
        var tried = 0
        for seed in 0..<400 where tried < 3 {
            var run = mutation.run(seed: seed)
            var random = SeededGenerator(seed: UInt64(seed), stream: mutation.name)
            guard mutation.change(&run, &random) else { continue }
            tried += 1
            let atTheEnd = mutation.verdicts.filter { $0.value == "violated" }.keys
            let (violated, judge) = watch(run)
            #expect(violated == online.intersection(atTheEnd).sorted(), "seed \(seed)")
            let outcome = Judge(History(records: run.records()), settings: run.settings).outcome()
            for (guarantee, verdict) in judge.verdicts() ?? [:] {
                #expect(outcome.judgement(on: guarantee)?.verdict == verdict, "seed \(seed)")
            }
        }
    }

    @Test("looks take a tenth of the time, and none comes before the workload")
    func schedule() {
        let run = RunMaker.make(seed: 1)
        var judge = OnlineJudge(settings: run.settings)
        #expect(!judge.isDue(at: Instant(nanoseconds: 1)))
        judge.add(run.records())
        let begin = Instant(nanoseconds: 1)
        #expect(judge.isDue(at: begin))
        let end = begin + .seconds(2)
        judge.looked(from: begin, to: end)
        #expect(!judge.isDue(at: end + .seconds(17)))
        #expect(judge.isDue(at: end + .seconds(18)))
        judge.looked(from: end, to: end)
        #expect(!judge.isDue(at: end + .milliseconds(499)))
        #expect(judge.isDue(at: end + .milliseconds(500)))
    }

    @Test("with too many records the check stops, and says how many it saw")
    func exhausted() throws {
        let run = RunMaker.make(seed: 1)
        var judge = OnlineJudge(settings: run.settings, recordsMax: 10)
        let records = run.records()
        judge.add(Array(records.prefix(7)))
        #expect(judge.checkedUpTo == nil)
        judge.add(Array(records.dropFirst(7)))
        #expect(judge.isExhausted)
        #expect(judge.checkedUpTo == 7)
        #expect(!judge.isDue(at: Instant(nanoseconds: 1)))
        #expect(judge.look(at: Instant(nanoseconds: 1)).isEmpty)
        #expect(judge.verdicts() == nil)
    }
}
