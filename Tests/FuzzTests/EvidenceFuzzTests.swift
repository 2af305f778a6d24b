import Testing

@testable import Fuzz

/// Evidence that something happened to; ci/fuzz goes on with other seeds for longer.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EvidenceFuzzTests {
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
}
