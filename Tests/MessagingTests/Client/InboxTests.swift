import Evidence
import Testing

@testable import Messaging

@Suite struct InboxTests {
    private func place(_ stream: String, _ number: Int64, order: Int64? = nil) -> StreamPlace {
        StreamPlace(stream: stream, number: number, order: order)
    }

    @Test("what is not above the highest number of its stream is a repeat")
    func repeats() {
        var inbox = Inbox()
        inbox.begin()
        let news = [("a", 1), ("a", 2), ("b", 1), ("a", 2), ("a", 1), ("b", 2)].map {
            inbox.isNew(sender: "ann", place: place($0.0, Int64($0.1)))
        }
        #expect(news == [true, true, true, false, false, true])
        let other = inbox.isNew(sender: "bob", place: place("a", 1))
        #expect(other)
        let placeless = inbox.isNew(sender: nil, place: nil)
        #expect(placeless)
        #expect(inbox.lines == 8)
    }

    @Test("where the order is total, what is not above the highest of all is a repeat")
    func total() {
        var inbox = Inbox()
        inbox.begin()
        let news = [("a", 1, 5), ("b", 1, 4), ("a", 2, 6), ("a", 2, 6)].map {
            inbox.isNew(sender: "ann", place: place($0.0, Int64($0.1), order: Int64($0.2)))
        }
        #expect(news == [true, false, true, false])
        #expect(inbox.streamsKept == 0)
    }

    @Test("streams are forgotten only once the system holds what was acknowledged of them")
    func bound() {
        var inbox = Inbox()
        inbox.begin()
        for number in 0..<Inbox.streamsMax * 2 {
            _ = inbox.isNew(sender: "u", place: place("s\(number)", 1))
        }
        #expect(inbox.streamsKept == Inbox.streamsMax * 2)
        for number in 0..<Inbox.streamsMax * 2 {
            let isNew = inbox.isNew(sender: "u", place: place("s\(number)", 1))
            #expect(!isNew)
        }
        let count = inbox.acknowledgeAll()
        _ = inbox.confirm(lines: count)
        for number in 0..<Inbox.streamsMax {
            _ = inbox.isNew(sender: "v", place: place("t\(number)", 1))
        }
        #expect(inbox.streamsKept <= Inbox.streamsMax * 2)
        let latest = inbox.isNew(sender: "v", place: place("t\(Inbox.streamsMax - 1)", 1))
        #expect(!latest)
        let forgotten = inbox.isNew(sender: "u", place: place("s0", 1))
        #expect(forgotten)
    }

    @Test("a confirmation speaks for earlier connections too, none for none")
    func earlierConnections() {
        var inbox = Inbox()
        inbox.begin()
        for number in 0..<Inbox.streamsMax {
            _ = inbox.isNew(sender: "u", place: place("s\(number)", 1))
        }
        inbox.begin()
        _ = inbox.isNew(sender: "v", place: place("a", 1))
        #expect(inbox.streamsKept == Inbox.streamsMax + 1)
        let count = inbox.acknowledgeAll()
        _ = inbox.confirm(lines: count)
        for number in 0...Inbox.streamsMax / 8 {
            _ = inbox.isNew(sender: "w", place: place("b\(number)", 1))
        }
        #expect(inbox.streamsKept <= Inbox.streamsMax)
    }

    @Test("LOGIN tells the last of each stream since the own one began, the latest first")
    func delivered() {
        var inbox = Inbox()
        inbox.begin()
        for (stream, number) in [("a", 1), ("b", 4), ("a", 2)] {
            _ = inbox.isNew(sender: "ann", place: place(stream, Int64(number)))
        }
        #expect(
            inbox.delivered == [
                MessageIdentity(user: "ann", stream: "a", number: 2),
                MessageIdentity(user: "ann", stream: "b", number: 4),
            ]
        )
        inbox.beginStream()
        #expect(inbox.delivered.isEmpty)
        let isNew = inbox.isNew(sender: "ann", place: place("a", 2))
        #expect(!isNew)
        #expect(inbox.delivered.isEmpty)
        _ = inbox.isNew(sender: "ann", place: place("b", 5))
        #expect(inbox.delivered == [MessageIdentity(user: "ann", stream: "b", number: 5)])
    }

    @Test("what LOGIN tells fits into a line that a server reads")
    func deliveredFits() throws {
        var inbox = Inbox()
        inbox.begin()
        let name = String(repeating: "\u{1}", count: 300)
        for number in 0..<Inbox.streamsMax {
            _ = inbox.isNew(sender: name, place: place("s\(number)", 1_000_000_000_000))
        }
        let delivered = inbox.delivered
        #expect(delivered.count > 100)
        let resume = Resume(client: "c", stream: "t", acknowledged: 0, delivered: delivered)
        let frame = ClientRequest.login(user: "u", secret: "s", resume: resume).frame()
        #expect(frame.bytes.count <= ServerLimits().clientLineBytesMax)
        #expect(
            try ClientRequest(line: frame.bytes.dropLast())
                == .login(user: "u", secret: "s", resume: resume)
        )
    }
}
