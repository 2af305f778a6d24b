import Checkers
import Evidence
import Testing

/// What comes in a session after its end does not show it alive.
@Suite struct EndedSessionTests {
    /// Ann is logged in at client 1 until 100, and from then at client 2 until 500.
    private func story() -> Story {
        var story = Story()
        story.logIn("client.3", 5, "cyd", "C")
        story.logIn("client.1", 10, "ann", "A")
        story.add("client.1", 100, .logout, [.user: "ann", .session: "A"])
        story.logIn("client.2", 99, "ann", "B")
        story.alive("client.2", 500, "ann", "B")
        return story
    }

    @Test("a message sent after the logout and delivered still, in flight, shows nothing")
    func inFlight() {
        var story = story()
        story.send("client.3", 102, "cyd/s/1", "C")
        story.deliver("client.1", 105, "ann", "A", "cyd/s/1")
        let history = History(records: story.records())
        #expect(history.sessions.first { $0.id == "A" }?.lastAlive == nil)
        #expect(story.word(.singleLogin) == "holds")
    }

    @Test("a request sent after the logout shows nothing; one sent before does, whenever answered")
    func answered() {
        for (since, shown) in [(200, nil), (101, nil), (100, 100), (60, 60)] as [(Int64, Int64?)] {
            var story = story()
            story.alive("client.1", 210, "ann", "A", since: since)
            let history = History(records: story.records())
            let alive = history.sessions.first { $0.id == "A" }?.lastAlive
            #expect(alive?.nanoseconds == shown, "since \(since)")
            #expect(story.word(.singleLogin) == "holds")
        }
    }
}
