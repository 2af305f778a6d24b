import Checkers
import Evidence
import Testing

/// D3 where a record is missing that may be the send of what was delivered.
@Suite struct MissingSendTests {
    private static let other = "00000000000000ff"

    /// A message that is sent twice; bob's client is delivered it between, or with the first one's body.
    private func story(isEarly: Bool) -> Story {
        var story = Story()
        story.logIn("client.1", 10, "ann", "A")
        story.logIn("client.2", 10, "bob", "B")
        story.asked("client.1", 100, "ann/s/1", "A")
        let second = isEarly ? Story.digest : Self.other
        story.asked("client.1", 200, "ann/s/1", "A", digest: second)
        story.deliver("client.2", isEarly ? 150 : 250, "bob", "B", "ann/s/1")
        return story
    }

    @Test("what a missing send may explain is unproved, and violated where none is missing")
    func excused() throws {
        for isEarly in [true, false] {
            let story = story(isEarly: isEarly)
            var records = story.records()
            #expect(story.word(.noCreation, records) == "holds")
            let first = try #require(records.firstIndex { $0.event == .send })
            records.remove(at: first)
            let judgement = story.judgement(.noCreation, records)
            #expect(judgement.verdict.word == "unproved")
            #expect(judgement.totals[.unproved] == 1)
            // The same without a gap: something else was in its place.
            var told = story.records()
            told[first].fields[.message] = "ann/s/9"
            #expect(story.word(.noCreation, told) == "violated")
        }
    }

    @Test("a server's missing record explains no send")
    func otherSource() throws {
        var story = story(isEarly: true)
        story.add("server.1", 5, .listening, [.server: "s"])
        story.add("server.1", 6, .listening, [.server: "s"])
        var records = story.records()
        let first = try #require(records.firstIndex { $0.event == .send })
        records[first].fields[.message] = "ann/s/9"
        let server = try #require(records.lastIndex { $0.event == .listening })
        records.remove(at: server)
        #expect(story.word(.noCreation, records) == "violated")
    }
}
