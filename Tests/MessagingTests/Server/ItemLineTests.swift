import Evidence
import Testing

@testable import Messaging

/// The short way to read what super-peers pass on says what the long way says, or nothing.
@Suite struct ItemLineTests {
    private func frame(_ number: Int64, pending: [String], user: String = "ann") throws -> [UInt8] {
        let activity = try #require(Activity(RawJSON(checked: Array(#"{"a":[1,"x"]}"#.utf8))))
        let message = StoredMessage(
            identity: MessageIdentity(user: user, stream: "s.1", number: number),
            activity: activity,
            pending: pending
        )
        let origin = ServerID(name: "server.1", digits: 77)
        let item = MeshMessage.item(.message(message), origin: origin, sequence: number + 5)
        return item.frame().bytes.dropLast()
    }

    private func long(_ line: [UInt8]) throws -> MeshMessage? {
        try MeshMessage(WireReader(line, limits: .server))
    }

    @Test("a message is read the short way, whoever it waits for")
    func usual() throws {
        var short = ItemLine()
        for (number, pending) in [[], ["ann"], ["ann"], ["a\"b", "c"], ["ann", "bob"]].enumerated()
        {
            let line = try frame(Int64(number + 1), pending: pending)
            let read = short.item(in: line)
            #expect(read != nil)
            #expect(try long(line) == read)
        }
    }

    @Test(
        "what is unusual is left to the long way",
        arguments: [
            #""pending":["a",1]"#, #""pending":"a""#, #""pending":[],"order":7"#, #""pendin":[]"#,
            #""pending":[],"pending":[]"#,
        ]
    )
    func unusual(member: String) throws {
        let text = String(decoding: try frame(3, pending: []), as: UTF8.self)
            .replacing(#""pending":[]"#, with: member)
        var short = ItemLine()
        #expect(short.item(in: Array(text.utf8)) == nil)
        #expect(short.item(in: try frame(3, pending: [], user: "änn")) == nil)
    }
}
