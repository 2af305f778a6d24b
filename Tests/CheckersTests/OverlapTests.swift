import Checkers
import Evidence
import Testing

/// L1 where several of a user's sessions are open at once.
@Suite struct OverlapTests {
    /// Sessions of ann at clients 1 to 3; a fault on the first one's link lasts as long as that.
    private func story(_ spans: [(Int64, Int64)]) -> Story {
        var story = Story()
        for (place, span) in spans.enumerated() {
            let node = "client.\(place + 1)"
            story.logIn(node, span.0, "ann", "S\(place)")
            story.alive(node, span.1 + 1, "ann", "S\(place)")
        }
        for (time, event) in [
            (5, .faultIntended), (6, .faultApplied), (7, .faultVerified), (6000, .faultHealed),
            (6001, .faultHealVerified),
        ] as [(Int64, EventKind)] {
            story.tell(
                time,
                event,
                [.fault: "f1", .faultKind: "cut", .link: "server.1 -> client.1"]
            )
        }
        return story
    }

    @Test("an excused overlap, however long, hides no other")
    func masked() {
        let all = story([(10, 5000), (100, 900), (200, 950)])
        let judgement = all.judgement(.singleLogin)
        #expect(judgement.verdict == .violated)
        #expect(judgement.totals[.violation] == 1)
        #expect(judgement.findings[0].users == ["ann"])
        #expect(judgement.counts.map(\.value) == [2])
        // The same without the third, and with one that begins where the second ends.
        #expect(story([(10, 5000), (100, 900)]).word(.singleLogin) == "holds")
        #expect(story([(10, 5000), (100, 900), (900, 950)]).word(.singleLogin) == "holds")
    }
}
