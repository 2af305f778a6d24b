import Evidence
import Testing

@testable import Messaging

/// Marks that only clients of other make can cause, or settings that lose messages on purpose: the
/// simulator's seeds need not take them.
@Suite struct MarkTests {
    @Test("a client that says that a message was invalid is closed")
    func complaint() {
        var server = ServerHarness()
        let connection = server.user("a", at: 1)
        server.say(connection, #"{"command":"INVALID_MESSAGE","info":"why?"}"#)
        #expect(server.closed.contains(connection))
        #expect(server.core.marks.contains(.clientComplained))
    }

    @Test("a message in the name of another user, or with a wrong secret, is denied")
    func wrongUser() {
        for (user, secret) in [("b", "x"), ("a", "y")] {
            var server = ServerHarness()
            let connection = server.user("a", at: 1)
            server.say(
                connection,
                #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"\#(secret)","activity":{}}"#
            )
            #expect(server.closed.contains(connection))
            #expect(server.core.marks.contains(.wrongUserDenied))
        }
    }

    @Test("more lines in a second than the limit close the connection")
    func flood() {
        var server = ServerHarness { $0.limits.linesPerSecondMax = 20 }
        let connection = server.user("a", at: 1)
        for _ in 0..<30 {
            server.say(
                connection,
                #"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"x","activity":{}}"#
            )
        }
        #expect(server.closed.contains(connection))
        #expect(server.core.marks.contains(.linesPerSecond))
    }

    @Test(
        "a store that is full or whose messages nobody comes for drops what is pending, by a record",
        arguments: [
            ("store is full", 10, 1 << 20, Duration.seconds(60)),
            ("store is full", 1_000, 300, .seconds(60)),
            ("nobody came for it", 1_000, 1 << 20, .milliseconds(150)),
        ]
    )
    func fullStore(reason: String, entries: Int, bytes: Int, age: Duration) {
        var server = ServerHarness {
            $0.limits.logEntriesMax = entries
            $0.limits.logBytesMax = bytes
            $0.limits.pendingRetention = age
        }
        let sender = server.user("a", at: 1)
        let reader = server.user("b", at: 2, client: "c")
        server.tell(.closed(reader, reason: .ended))
        for _ in 0..<30 {
            server.say(
                sender,
                #"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"x","activity":{}}"#
            )
        }
        server.pass(.milliseconds(300))
        let dropped = server.records.filter { $0.kind == .dropped }
        #expect(!dropped.isEmpty && dropped.allSatisfy { $0.fields[.reason] == reason })
        #expect(server.core.marks.contains(.droppedPending))
        #expect(server.core.log.bytes <= bytes)
        #expect(server.core.log.end - server.core.log.start <= Int64(entries))
    }

    @Test("of streams whose messages nobody waits for any more nothing is kept")
    func forgottenStreams() {
        var server = ServerHarness {
            $0.limits.settledRetention = .milliseconds(100)
            $0.limits.pendingRetention = .milliseconds(200)
        }
        for number: Int64 in 1...20 {
            let sender = server.user("a\(number)", at: number)
            server.say(
                sender,
                #"{"command":"ACTIVITY_MESSAGE","username":"a\#(number)","secret":"x","activity":{}}"#
            )
            server.tell(.closed(sender, reason: .ended))
        }
        #expect(!server.core.kept.isEmpty)
        server.pass(.seconds(30))
        #expect(server.core.kept.isEmpty && server.core.streams.isEmpty)
    }

    @Test(
        "a client that acknowledges too slowly is closed by a record; what waited for it stays pending"
    )
    func slowReader() {
        var server = ServerHarness { $0.limits.clientPendingBytesMax = 100_000 }
        let sender = server.user("a", at: 1)
        let reader = server.user("b", at: 2, client: "c")
        let text = String(repeating: "x", count: 10_000)
        for _ in 0..<20 {
            server.say(
                sender,
                #"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"x","activity":{"s":"\#(text)"}}"#
            )
        }
        #expect(server.closed == [reader])
        #expect(
            server.records.contains {
                $0.kind == .limitExceeded && $0.fields[.reason] == "pending bytes"
                    && $0.fields[.user] == "b"
            }
        )
        #expect(server.core.marks.contains(.slowReaderClosed))
        let again = server.connect(3)
        server.logIn(again, "b", client: "c")
        let lines = server.take(again)
        #expect(lines.first?.contains("LOGIN_SUCCESS") ?? false)
        #expect(lines.count > 1)
    }
}
