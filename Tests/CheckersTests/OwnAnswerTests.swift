import Checkers
import Evidence
import Testing

/// How the answer of a program of the plan's own is weighed against the evidence.
@Suite struct OwnAnswerTests {
    private let guarantee = OwnGuarantee(place: 2, name: "mine", expected: .holds)
    private let whole: History
    private let partial: History
    private let witness: RecordReference

    init() throws {
        let records = RunMaker.make(seed: 3).records()
        whole = History(records: records)
        let gone = try #require(records.lastIndex { $0.event == .alive })
        partial = History(records: records[..<gone] + records[(gone + 1)...])
        witness = RecordReference(try #require(records.first { $0.event == .deliver }))
    }

    private func answer(
        _ verdict: String,
        cases: Int? = nil,
        witnesses: [RecordReference]? = nil,
        isCertain: Bool = false
    ) -> OwnGuarantee.Answer {
        let found = witnesses.map { witnesses in
            OwnGuarantee.Found(
                summary: "seen",
                messages: ["u/s/1"],
                users: ["u"],
                witnesses: witnesses,
                isCertain: isCertain
            )
        }
        return OwnGuarantee.Answer(
            verdict: verdict,
            reason: nil,
            cases: cases,
            findings: found.map { [$0] } ?? []
        )
    }

    @Test("with whole evidence it is believed where it can be followed")
    func wholeEvidence() {
        #expect(whole.completeness.isComplete)
        let violated = guarantee.judgement(answer("violated", witnesses: [witness]), whole)
        #expect(violated.verdict == .violated)
        #expect(violated.code == "U2")
        #expect(violated.totals == [.violation: 1])
        #expect(violated.findings.first?.witnesses == [witness])
        #expect(guarantee.judgement(answer("holds", cases: 4), whole).verdict == .holds)
        for cases in [nil, 0, -1, .min] as [Int?] {
            let nothing = guarantee.judgement(answer("holds", cases: cases), whole)
            #expect(nothing.verdict == .unproved("nothing to judge"))
            #expect(nothing.cases == 0)
        }
        let stranger = RecordReference(node: "nobody", incarnation: 0, sequence: 0)
        for answer in [
            answer("violated"), answer("violated", witnesses: []),
            answer("violated", witnesses: [witness, stranger]), answer("unproved"),
            answer("fine", witnesses: [witness]),
        ] {
            let verdict = guarantee.judgement(answer, whole).verdict
            #expect(verdict.word == "unproved", "\(answer)")
            #expect(verdict.reason?.isEmpty == false)
        }
    }

    @Test("where records are missing nothing holds, and only what is certain is violated")
    func missingRecords() {
        #expect(!partial.completeness.isComplete)
        let loose = answer("violated", witnesses: [witness])
        #expect(guarantee.judgement(loose, partial).verdict.word == "unproved")
        let certain = answer("violated", witnesses: [witness], isCertain: true)
        #expect(guarantee.judgement(certain, partial).verdict == .violated)
        let held = guarantee.judgement(answer("holds", cases: 4), partial).verdict
        #expect(held == .unproved("records are missing"))
    }

    @Test("over a run it counts as the plan's other guarantees do")
    func outcome() {
        let good = RunOutcome(judgements: [], expectations: [:])
        let violated = guarantee.judgement(answer("violated", witnesses: [witness]), whole)
        #expect(good.adding([violated]).exitCode == 1)
        #expect(good.adding([guarantee.unproved("why")]).exitCode == 2)
        let wanted = OwnGuarantee(place: 1, name: "mine", expected: .violated)
        let expected = wanted.judgement(answer("violated", witnesses: [witness]), whole)
        #expect(good.adding([expected]).exitCode == 0)
        let held = wanted.judgement(answer("holds", cases: 1), whole)
        #expect(good.adding([held]).comparison(held) == .unexpectedlyHolds)
    }
}
