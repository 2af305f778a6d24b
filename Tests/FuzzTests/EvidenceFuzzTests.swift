import Checkers
import Evidence
import JournalReading
import Testing

@testable import Fuzz

/// Evidence that something happened to; ci/fuzz goes on with other seeds for longer.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceFuzzTests {
    @Test("a hundred ways to damage evidence: nothing is concluded that the rest does not say")
    func hundred() throws {
        let target = try EvidenceTarget(seed: 1)
        var missing = 0
        var kinds: Set<Substring> = []
        for seed in UInt64(1)...100 {
            let outcome = try target.run(seed: seed)
            if outcome.missing > 0 { missing += 1 }
            kinds.insert(outcome.what.prefix { $0 != ":" && $0 != " " })
        }
        #expect(missing > 30, "most damage must matter")
        #expect(kinds.count > 5)
    }

    @Test(
        "the target sees a forged record, a false violation, and a verdict that needs what is gone"
    )
    func sight() throws {
        let target = try EvidenceTarget(seed: 2)
        func contents(_ records: [Record]) -> JournalContents {
            JournalContents(records: RecordTable(records), damage: [])
        }
        #expect(try target.compare(contents(target.records), "nothing") == 0)
        let place = try #require(target.records.firstIndex { $0.event == .deliver })
        var forged = target.records
        forged[place].fields[.digest] = "0123456789abcdef"
        #expect(throws: FuzzFinding.self) { try target.compare(contents(forged), "forged") }
        let violated = Judge(
            History(records: forged),
            settings: CheckSettings(expectations: [.noCreation: .holds])
        ).outcome()
        #expect(throws: FuzzFinding.self) { try target.weigh(violated, missing: [], "violated") }
        let whole = target.judge.outcome()
        try target.weigh(whole, missing: [], "whole")
        let gone = RecordReference(target.records[place])
        #expect(throws: FuzzFinding.self) { try target.weigh(whole, missing: [gone], "gone") }
    }
}
