extension Story {
    /// Ann and bob are logged in, ann says something, and both hear it.
    static func talk() -> Story {
        var story = Story()
        story.logIn("client.1", 10, "ann", "A")
        story.logIn("client.2", 10, "bob", "B")
        story.send("client.1", 100, "ann/s/1", "A")
        story.deliver("client.1", 110, "ann", "A", "ann/s/1")
        story.deliver("client.2", 110, "bob", "B", "ann/s/1")
        return story
    }
}
