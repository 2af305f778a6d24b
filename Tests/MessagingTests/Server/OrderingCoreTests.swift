import Evidence
import Testing

@testable import Messaging

/// What a server does by its cluster's ordering.
@Suite struct OrderingCoreTests {
    private func login(_ user: String, delivered: String) -> String {
        #"{"command":"LOGIN","username":"\#(user)","secret":"x","extensions":1,"client":"c9","#
            + #""stream":"c9.1","acknowledged":0,"delivered":[\#(delivered)]}"#
    }

    private func message(_ number: Int) -> String {
        #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"x","#
            + #""stream":"c1.1","number":\#(number),"activity":{"n":\#(number)}}"#
    }

    @Test("LOGIN_SUCCESS says the ordering unless it is fifo", arguments: MessageOrdering.allCases)
    func told(ordering: MessageOrdering) {
        var server = ServerHarness { $0.ordering = ordering }
        let ann = server.connect(1)
        server.say(ann, #"{"command":"REGISTER","username":"ann","secret":"x"}"#)
        _ = server.take(ann)
        server.logIn(ann, "ann", client: "c1")
        let line = server.take(ann).first ?? ""
        let isTold = line.contains(#""ordering":"\#(ordering.rawValue)""#)
        #expect(isTold == (ordering != .fifo), "\(line)")
    }

    @Test("causal: who was delivered something that is missing here is told so, nobody else")
    func behind() {
        var server = ServerHarness { $0.ordering = .causal }
        let ann = server.user("ann", at: 1, client: "c1")
        server.say(ann, message(1))
        _ = server.user("bob", at: 2)
        server.tell(.closed(ConnectionID(2), reason: .ended))
        let place = #"{"username":"ann","stream":"c1.1","number":"#
        for (number, reason) in [(2, "behind"), (1, nil)] {
            let connection = server.connect(Int64(10 + number))
            server.say(connection, login("bob", delivered: place + "\(number)}"))
            let answer = server.take(connection).first ?? ""
            if let reason {
                #expect(answer.contains(#""reason":"\#(reason)""#), "\(answer)")
            } else {
                #expect(answer.contains("LOGIN_SUCCESS"), "\(answer)")
            }
        }
        let connection = server.connect(20)
        server.say(
            connection,
            login("bob", delivered: #"{"username":"eve","stream":"x","number":1}"#)
        )
        #expect(server.take(connection).first?.contains(#""reason":"behind""#) ?? false)
    }

    @Test("causal: what a client says it was delivered is not sent again")
    func believed() {
        var server = ServerHarness { $0.ordering = .causal }
        let ann = server.user("ann", at: 1, client: "c1")
        let bob = server.connect(2)
        server.say(bob, #"{"command":"REGISTER","username":"bob","secret":"x"}"#)
        server.say(bob, login("bob", delivered: ""))
        for number in 1...3 { server.say(ann, message(number)) }
        #expect(server.take(bob).count { $0.contains("ACTIVITY_BROADCAST") } == 3)
        server.tell(.closed(bob, reason: .ended))
        let again = server.connect(3)
        let place = #"{"username":"ann","stream":"c1.1","number":2}"#
        server.say(again, login("bob", delivered: place))
        let lines = server.take(again).filter { $0.contains("ACTIVITY_BROADCAST") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#""number":3,"#) ?? false, "\(lines)")
    }

    @Test("total: a master that is its only voter numbers messages from 1, for stock clients too")
    func numbers() {
        var server = ServerHarness { $0.ordering = .total }
        let ann = server.user("ann", at: 1, client: "c1")
        let bob = server.user("bob", at: 2)
        let nobody = server.connect(3)
        server.say(nobody, #"{"command":"LOGIN","username":"anonymous"}"#)
        _ = server.take(nobody)
        server.say(ann, message(1))
        server.say(
            bob,
            #"{"command":"ACTIVITY_MESSAGE","username":"bob","secret":"x","activity":{}}"#
        )
        server.say(ann, message(2))
        server.say(ann, message(1))
        for receiver in [ann, bob, nobody] {
            let lines = server.take(receiver).filter { $0.contains("ACTIVITY_BROADCAST") }
            #expect(lines.count == 3)
            for (line, order) in zip(lines, 1...) {
                #expect(line.contains(#""order":\#(order),"#), "\(line)")
            }
        }
        #expect(server.records.count { $0.kind == .stored } == 3)
    }

    @Test("a server with another ordering is refused, and told what to do")
    func mismatch() {
        var server = ServerHarness { $0.ordering = .causal }
        for ordering in ["fifo", "total", "dance"] {
            let connection = server.connect(Int64(ordering.count))
            server.say(
                connection,
                #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.9~1","hostname":"h","#
                    + #""port":1,"ordering":"\#(ordering)"}"#
            )
            let answer = server.take(connection).first ?? ""
            #expect(answer.contains("AUTHENTICATION_FAIL"), "\(answer)")
            #expect(answer.contains("--ordering causal"), "\(answer)")
            #expect(server.closed.contains(connection))
        }
        let connection = server.connect(30)
        server.say(
            connection,
            #"{"command":"AUTHENTICATE","secret":"s3cret","id":"server.9~1","hostname":"h","#
                + #""port":1,"ordering":"causal"}"#
        )
        #expect(server.take(connection).first?.contains("AUTHENTICATE_SUCCESS") ?? false)
    }

    @Test("what voters know of the numbers is united, and nothing behind a gap is taken over")
    func bases() {
        func message(_ order: Int64) -> OrderedMessage {
            OrderedMessage(
                order: order,
                identity: MessageIdentity(user: "ann", stream: "s", number: order),
                activity: Activity(JSONObject())
            )
        }
        var base = OrderBase(through: 3, messages: [4: message(4), 7: message(7)])
        base.unite(with: OrderBase(through: 4, messages: [5: message(5), 6: message(6)]))
        #expect(base.following.map(\.order) == [5, 6, 7])
        base.messages[6] = nil
        #expect(base.following.map(\.order) == [5])
        #expect(OrderBase(through: 9, messages: base.messages).following.isEmpty)
    }

    @Test(
        "a message of the numbering is read as it was written",
        arguments: [
            OrderMessage.voted(epoch: 3, [7, 8]), .voted(epoch: 3, []),
            .propose(
                epoch: 2,
                OrderedMessage(
                    order: 5,
                    identity: MessageIdentity(user: "a", stream: "s", number: 2),
                    activity: Activity(JSONObject())
                )
            ),
            .request(
                OrderedMessage(
                    order: 0,
                    identity: MessageIdentity(user: "a", stream: "s", number: 2),
                    activity: Activity(JSONObject())
                )
            ),
        ]
    )
    func wire(message: OrderMessage) throws {
        let line = Array(message.frame().bytes.dropLast())
        #expect(try MeshMessage(WireReader(line, limits: .server)) == .order(message))
    }

    @Test("a promise and a base carry the numbers")
    func epochWire() throws {
        let ballot = Ballot(round: 2, server: ServerID(text: "a~1"))
        let ordered = OrderedMessage(
            order: 5,
            identity: MessageIdentity(user: "a", stream: "s", number: 2),
            activity: Activity(JSONObject())
        )
        let base = OrderBase(through: 4, messages: [5: ordered])
        let messages: [EpochMessage] = [
            .promise(number: 1, ballot, nil, [], base),
            .promise(number: 1, ballot, nil, [], OrderBase()),
            .base(proposal: "p", [], base, isLast: true),
        ]
        for message in messages {
            let line = Array(message.frame().bytes.dropLast())
            #expect(try EpochMessage(WireReader(line, limits: .server)) == message)
        }
    }
}
