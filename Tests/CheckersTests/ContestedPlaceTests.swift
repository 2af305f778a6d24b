import Checkers
import Evidence
import Testing

/// Different records in one place: none of them is believed, whichever comes first.
@Suite struct ContestedPlaceTests {
    private func story() -> Story {
        var story = Story.talk()
        story.alive("client.1", 8500, "ann", "A")
        story.alive("client.2", 8500, "bob", "B")
        return story
    }

    @Test("neither a wrong delivery nor a right one counts then", arguments: [false, true])
    func contested(isFirst: Bool) throws {
        let story = story()
        let records = story.records()
        for guarantee in [Guarantee.noLoss, .noCreation, .evidence] {
            #expect(story.word(guarantee, records) == "holds")
        }
        let place = try #require(
            records.firstIndex { $0.event == .deliver && $0.node == "client.2" }
        )
        let changes: [(Field, String)] = [
            (.digest, "00000000000000ff"), (.message, "zed/s/1"), (.user, "eve"),
        ]
        for (field, value) in changes {
            var forged = records[place]
            forged.fields[field] = value
            let told = isFirst ? [forged] + records : records + [forged]
            for guarantee in [Guarantee.noLoss, .noCreation, .evidence] {
                #expect(story.word(guarantee, told) == "unproved", "\(guarantee) with \(value)")
            }
        }
    }

    @Test("the same record twice is one")
    func double() {
        let story = story()
        let records = story.records()
        for guarantee in [Guarantee.noLoss, .noDuplication, .noCreation, .evidence] {
            #expect(story.word(guarantee, records + records) == "holds")
        }
    }
}
