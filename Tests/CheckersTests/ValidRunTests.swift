import Checkers
import Evidence
import Testing

@Suite struct ValidRunTests {
    @Test("everything holds in a valid run, and every guarantee met its cases", arguments: 0..<150)
    func holds(seed: Int) {
        let run = RunMaker.make(seed: UInt64(seed))
        let history = History(records: run.records())
        #expect(history.completeness.isComplete, "\(history.completeness)")
        let outcome = Judge(history, settings: run.settings).outcome()
        for judgement in outcome.judgements where judgement.verdict != .notChecked {
            #expect(judgement.verdict == .holds, "\(judgement)")
            #expect(judgement.cases > 0 || judgement.guarantee == .experiment)
        }
    }

    @Test("the order in which records are read changes nothing, nor does reading some twice")
    func order() {
        let run = RunMaker.make(seed: 7)
        var random = SeededGenerator(seed: 7)
        let records = run.records()
        let mixed = random.shuffled(records + records.prefix(50))
        let first = History(records: records)
        let second = History(records: mixed)
        #expect(first.records == second.records)
        #expect(first.deliveries.count == second.deliveries.count)
        #expect(run.verdicts(mixed) == run.verdicts(records))
    }
}
