import Evidence
import Testing

@testable import Messaging

/// Input that is read from a pipe or a file: long ones, and such as end early.
@Suite struct ChatInputTests: ChatTests {
    @Test("the end of an empty input waits for a first connection, for 10 s at most")
    func endOfNothing() throws {
        var bench = started()
        type(nil, &bench)
        #expect(bench.shown == ["* trying for 10 s to connect"])
        let id = try logIn(&bench)
        #expect(bench.sent(id).last == .logout)
        bench.hangUp(id)
        #expect(bench.exitCode == 0)
        bench = started()
        type(nil, &bench)
        let end = bench.now + .seconds(10)
        while bench.exitCode == nil, bench.now < end + .seconds(1) {
            if bench.dials.isEmpty { bench.advance(.milliseconds(100)) } else { try bench.refuse() }
        }
        #expect(bench.now >= end)
        #expect(bench.exitCode == 69)
        #expect(bench.shown.last == "* no server let ann in")
    }

    /// Types lines as long as the chat asks for them; how many it took.
    private func pour(_ lines: Range<Int>, _ bench: inout Bench<ChatCore>) -> Int {
        var count = 0
        for line in lines where bench.turns > 0 {
            bench.turns -= 1
            type("\(line)", &bench)
            count += 1
        }
        return count
    }

    @Test(
        "a line on which three sessions were closed is given up and named; the lines behind it are sent"
    )
    func unsendable() throws {
        var bench = started()
        let long = String(repeating: "x", count: 70_000)
        for line in ["first", long, "third"] { type(line, &bench) }
        type(nil, &bench)
        for attempt in 1...3 {
            waitForDial(&bench)
            let id = try logIn(&bench, accepted: attempt == 1 ? 0 : 1)
            #expect(said(&bench, id).count == (attempt == 1 ? 3 : 2))
            bench.hangUp(id)
        }
        // The first strike was on the line before it, which the server had taken.
        waitForDial(&bench)
        let fourth = try logIn(&bench, accepted: 1)
        #expect(said(&bench, fourth) == [long, "third"])
        bench.hangUp(fourth)
        waitForDial(&bench)
        let fifth = try logIn(&bench, accepted: 1)
        #expect(said(&bench, fifth).isEmpty)
        let name = "\"\(String(repeating: "x", count: 50))…\" (70000 bytes)"
        let told = bench.shown.filter { $0.hasPrefix("* \(name) is given up: 3 times") }
        #expect(told.count == 1)
        #expect(bench.exitCode == nil)
        waitForDial(&bench)
        let sixth = try logIn(&bench)
        #expect(said(&bench, sixth) == ["third"])
        bench.say(.activityAck(StreamPlace(stream: "c.2", number: 1)), on: sixth)
        #expect(bench.sent(sixth).last == .logout)
        bench.hangUp(sixth)
        #expect(bench.exitCode == 69)
        #expect(bench.all(.sendInfo).count == 2)
    }

    @Test("a line that a server took while its session was closed is not given up")
    func takenAtLast() throws {
        var bench = started()
        type("hello", &bench)
        for _ in 1...3 {
            waitForDial(&bench)
            let id = try logIn(&bench)
            #expect(said(&bench, id) == ["hello"])
            bench.hangUp(id)
        }
        waitForDial(&bench)
        let last = try logIn(&bench, accepted: 1)
        #expect(said(&bench, last).isEmpty)
        #expect(!bench.shown.contains { $0.contains("given up") })
        type(nil, &bench)
        bench.hangUp(last)
        #expect(bench.exitCode == 0)
    }

    @Test("without acknowledgements an end waits until what was said comes back, for hold at most")
    func echoes() throws {
        for isEchoed in [true, false] {
            var bench = started { $0.isStock = true }
            type("one", &bench)
            type(nil, &bench)
            // Until somebody lets it in there is nothing to wait for.
            try bench.refuse()
            bench.advance(.seconds(3))
            let id = try bench.accept()
            bench.say(.loginSuccess(info: "", grant: nil), on: id)
            bench.advance(.milliseconds(150))
            let requests = bench.sent(id)
            guard case .activityMessage(_, _, let activity, _)? = requests.last else {
                Issue.record("the line is said, and nothing after it")
                return
            }
            let echo = ServerReply.activityBroadcast(
                activity: activity.authenticated(as: "ann"),
                sender: nil,
                place: nil
            )
            if isEchoed { bench.say(echo, on: id) } else { bench.advance(.seconds(2)) }
            #expect(bench.sent(id) == [.logout])
            bench.hangUp(id)
            #expect(bench.exitCode == 0)
        }
    }

    @Test("a long input is asked for as what was read is acknowledged, and all of it is sent")
    func longInput() throws {
        var bench = started()
        var read = pour(0..<3000, &bench)
        #expect(read == ChatCore.underWayMax)
        #expect(bench.shown.count == 21)
        #expect(bench.shown.last == "* not connected yet: what follows will be sent too")
        let id = try logIn(&bench)
        var sent = said(&bench, id)
        var number: Int64 = 0
        while sent.count < 3000 {
            number += 100
            bench.say(.activityAck(StreamPlace(stream: "c.1", number: number)), on: id)
            read += pour(read..<3000, &bench)
            #expect(read == min(3000, ChatCore.underWayMax + Int(number)))
            sent += said(&bench, id)
        }
        #expect(sent == (0..<3000).map { "\($0)" })
        type(nil, &bench)
        bench.say(.activityAck(StreamPlace(stream: "c.1", number: 3000)), on: id)
        #expect(bench.sent(id) == [.logout])
        bench.hangUp(id)
        #expect(bench.exitCode == 0)
    }

    @Test(
        "an input of which nothing gets through for 60 s is not read on, and the end is one with 69"
    )
    func heldInput() throws {
        var bench = started()
        #expect(pour(0..<3000, &bench) == ChatCore.underWayMax)
        let end = bench.now + .seconds(60)
        while bench.exitCode == nil, bench.now < end + .seconds(1) {
            if bench.dials.isEmpty { bench.advance(.milliseconds(100)) } else { try bench.refuse() }
        }
        #expect(bench.now >= end)
        #expect(bench.exitCode == 69)
        #expect(bench.turns == 0)
        #expect(bench.shown.contains("* nothing got through for 60 s: the rest is not read"))
        #expect(bench.shown.contains("* and so 980 lines more"))
    }
}
