import Evidence
import Testing

@testable import Messaging

/// The short way to read a message says what the long way says, or nothing.
@Suite struct ActivityLineTests {
    private static let forms: [[UInt8]] = [
        #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","activity":{"a":[1,{"b":"\n"}]}}"#,
        #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"","stream":"s.1","number":12,"activity":{}}"#,
        #"{"number" : 900000000000000000,"activity": { "x" : "}" } ,"command":"ACTIVITY_MESSAGE","stream":"s","secret":"s","username":"a b"}"#,
    ].map { Array($0.utf8) }

    @Test("a message of the usual form is read the short way", arguments: forms)
    func usual(line: [UInt8]) throws {
        #expect(ActivityLine.request(in: line) == (try ClientRequest(line: line)))
    }

    @Test(
        "what is unusual is left to the long way",
        arguments: [
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","activity":[]}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s"}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","username":"bob","secret":"s","activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"\u0061nn","secret":"s","activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","us\u0065rname":"ann","secret":"s","activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","after":1,"activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","stream":"a/b","number":1,"activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","stream":"a","number":0,"activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","stream":"a","number":1e0,"activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","stream":"a","activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"änn","secret":"s","activity":{}}"#,
            #"{"command":"ACTIVITY_MESSAGE","username":"anonymous","secret":"s","activity":{}}"#,
            #"{"command":"LOGIN","username":"ann","secret":"s"}"#, #"{"command":"LOGOUT"}"#, "{",
            "",
            #"{"command":"ACTIVITY_MESSAGE","username":"ann","secret":"s","activity":{}} x"#,
        ]
    )
    func unusual(line: String) {
        #expect(ActivityLine.request(in: Array(line.utf8)) == nil)
    }

    @Test("an activity is as deep as the long way allows, and no deeper")
    func depth() throws {
        func line(_ levels: Int) -> [UInt8] {
            let opening = String(repeating: "[", count: levels - 2)
            let closing = String(repeating: "]", count: levels - 2)
            let activity = #"{"a":\#(opening)\#(closing)}"#
            let text =
                #"{"command":"ACTIVITY_MESSAGE","username":"a","secret":"s","activity":\#(activity)}"#
            return Array(text.utf8)
        }
        #expect(ActivityLine.request(in: line(64)) == (try ClientRequest(line: line(64))))
        #expect(ActivityLine.request(in: line(65)) == nil)
        #expect(throws: WireError.self) { try ClientRequest(line: line(65)) }
    }

    @Test(
        "of mutated messages both ways say the same, where the short one says anything",
        arguments: 1...20
    )
    func mutated(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed, stream: "activity lines")
        var read = 0
        for _ in 0..<2000 {
            var line = Self.forms[Int(random.next() % 3)]
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(line.count))
                switch random.next() % 4 {
                case 0: line[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: line.remove(at: place)
                case 2: line.insert(line[Int(random.next() % UInt64(line.count))], at: place)
                default: line[place] = Array(#"{}[]",:\01aA "#.utf8)[Int(random.next() % 13)]
                }
            }
            guard let request = ActivityLine.request(in: line) else { continue }
            read += 1
            #expect(
                request == (try ClientRequest(line: line)),
                "\(String(decoding: line, as: UTF8.self))"
            )
        }
        #expect(read > 20)
    }

    @Test("lines of one stream are written as they are one by one")
    func broadcasts() throws {
        let activities = try ["{}", #"{"a":"ä\n"}"#].map { text throws in
            try #require(Activity(RawJSON(checked: Array(text.utf8))))
        }
        var lines = Broadcasts(sender: #"a"b"#, stream: "s", lines: 2, bytes: 0)
        var expected: [UInt8] = []
        for (index, activity) in activities.enumerated() {
            let place = StreamPlace(stream: "s", number: Int64(index * 1000))
            lines.append(place.number, activity)
            let reply = ServerReply.activityBroadcast(
                activity: activity,
                sender: #"a"b"#,
                place: place
            )
            expected += reply.frame().bytes
        }
        #expect(lines.frame().bytes == expected)
    }
}
