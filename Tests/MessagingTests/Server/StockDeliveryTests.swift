import Evidence
import Testing

@testable import Messaging

/// What a stock client is told, and what of it counts as delivered: what the machine has taken.
@Suite struct StockDeliveryTests {
    private static let text = String(repeating: "x", count: 1_000)

    /// A server whose clients may have ten messages waiting, with somebody who sends.
    private func server() -> (ServerHarness, sender: ConnectionID) {
        var server = ServerHarness { $0.limits.clientPendingBytesMax = 10_000 }
        let sender = server.connect(1)
        server.say(sender, #"{"command":"LOGIN","username":"anonymous"}"#)
        return (server, sender)
    }

    private func send(_ count: Int, from sender: ConnectionID, _ server: inout ServerHarness) {
        for _ in 0..<count {
            server.say(
                sender,
                #"{"command":"ACTIVITY_MESSAGE","username":"anonymous","activity":{"s":"\#(Self.text)"}}"#
            )
        }
    }

    /// A stock user for whom messages wait.
    private func serverWithBacklog(of count: Int) -> ServerHarness {
        var (server, sender) = server()
        let bob = server.user("bob", at: 2)
        server.tell(.closed(bob, reason: .ended))
        send(count, from: sender, &server)
        server.writesAtOnce = false
        return server
    }

    @Test("of whom more waits than may wait to be written gets it all, piece by piece")
    func backlog() {
        var server = serverWithBacklog(of: 100)
        let bob = server.connect(3)
        server.logIn(bob, "bob")
        var told = server.take(bob)
        #expect(told.first?.contains("LOGIN_SUCCESS") ?? false)
        #expect(told.count > 1 && told.count < 20)
        for _ in 0..<100 where !server.unwritten.isEmpty {
            #expect(server.unwritten == [bob])
            server.writeOne()
            told += server.take(bob)
        }
        #expect(server.closed.isEmpty)
        #expect(told.dropFirst().compactMap(Self.number) == Array(1...100))
        #expect(server.core.marks.contains(.deliveryWritten))
    }

    @Test("what the machine has not taken counts as not delivered: it is given again")
    func untaken() {
        var server = serverWithBacklog(of: 100)
        let bob = server.connect(3)
        server.logIn(bob, "bob")
        let first = server.take(bob).dropFirst().compactMap(Self.number)
        server.writeOne()
        let second = server.take(bob).compactMap(Self.number)
        #expect(!first.isEmpty && !second.isEmpty)
        server.tell(.closed(bob, reason: .failed("reset")))
        // The answer comes too late to be believed.
        server.tell(.written(bob))
        let again = server.connect(4)
        server.logIn(again, "bob")
        let third = server.take(again).dropFirst().compactMap(Self.number)
        #expect(third.first == first.count + 1)
    }

    @Test("a reader whose machine takes nothing is closed by a record; its messages stay pending")
    func slowReader() {
        var (server, sender) = server()
        let bob = server.user("bob", at: 2)
        server.writesAtOnce = false
        send(100, from: sender, &server)
        #expect(server.closed == [bob])
        #expect(
            server.records.contains {
                $0.kind == .limitExceeded && $0.fields[.reason] == "pending bytes"
                    && $0.fields[.user] == "bob"
            }
        )
        server.writesAtOnce = true
        let again = server.connect(3)
        server.logIn(again, "bob")
        let told = server.take(again).dropFirst().compactMap(Self.number)
        #expect(told == Array(1...100))
    }

    @Test("nothing waits for anonymous clients, and nobody asks what they took")
    func anonymous() {
        var (server, sender) = server()
        _ = server.take(sender)
        server.writesAtOnce = false
        send(100, from: sender, &server)
        #expect(server.take(sender).count == 100)
        #expect(server.unwritten.isEmpty && server.closed.isEmpty)
    }

    private static func number(_ line: String) -> Int? {
        line.firstRange(of: #""number":"#).map { line[$0.upperBound...] }
            .flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
