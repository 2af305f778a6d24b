import Checkers
import Evidence
import Testing

/// The order of one start's deliveries is that of its sequence, between starts that of time.
@Suite struct DeliveryOrderTests {
    /// Two messages, and when bob's client was delivered each, in the order in which it says so.
    private func story(_ delivered: [(message: Int, time: Int64)]) -> Story {
        var story = Story()
        story.logIn("client.1", 10, "ann", "A")
        story.logIn("client.2", 10, "bob", "B")
        for number in 1...2 { story.send("client.1", 100 * Int64(number), "ann/s/\(number)", "A") }
        for number in 1...2 {
            story.deliver("client.1", 300 + Int64(number), "ann", "A", "ann/s/\(number)")
        }
        for (message, time) in delivered {
            story.deliver("client.2", time, "bob", "B", "ann/s/\(message)")
        }
        return story
    }

    @Test("a second message that came first by sequence did, whatever the times say")
    func backward() {
        for times in [(350, 340), (350, 350), (340, 350)] as [(Int64, Int64)] {
            let wrong = story([(2, times.0), (1, times.1)])
            let right = story([(1, times.0), (2, times.1)])
            for guarantee in [Guarantee.fifo, .causal, .total] {
                #expect(wrong.word(guarantee) == "violated", "\(guarantee) at \(times)")
                #expect(right.word(guarantee) == "holds", "\(guarantee) at \(times)")
            }
        }
    }

    @Test("another start's delivery comes after all of those before the latest time")
    func between() {
        var story = story([(1, 400), (2, 350)])
        story.logIn("client.3", 500, "bob", "C")
        story.send("client.1", 600, "ann/s/3", "A")
        story.deliver("client.3", 700, "bob", "C", "ann/s/3")
        let history = History(records: story.records())
        let bob = history.deliveries.filter { history.users[$0.user].name == "bob" }
        #expect(bob.map { history.messages[$0.message].identity.number } == [1, 2, 3])
    }

    @Test("deliveries of one time at two clients hide no inversion, and are none themselves")
    func concurrent() {
        var hidden = story([(2, 400)])
        hidden.logIn("client.3", 410, "bob", "C")
        hidden.logIn("client.4", 410, "bob", "D")
        hidden.send("client.1", 450, "ann/s/3", "A")
        hidden.deliver("client.3", 500, "bob", "C", "ann/s/3")
        hidden.deliver("client.4", 500, "bob", "D", "ann/s/1")
        let found = hidden.judgement(.fifo).findings
        #expect(found.map(\.messages) == [["ann/s/1", "ann/s/2"]])
        var concurrent = story([(2, 400)])
        concurrent.logIn("client.3", 390, "bob", "C")
        concurrent.deliver("client.3", 400, "bob", "C", "ann/s/1")
        #expect(concurrent.word(.fifo) == "holds")
        // The clock of client 2 falls: its second delivery counts as of the time of the first.
        var fallen = story([(1, 400), (2, 350)])
        fallen.logIn("client.3", 390, "bob", "C")
        fallen.send("client.1", 250, "ann/t/2", "A")
        fallen.send("client.1", 250, "ann/t/1", "A")
        fallen.deliver("client.2", 360, "bob", "B", "ann/t/2")
        fallen.deliver("client.3", 400, "bob", "C", "ann/t/1")
        #expect(fallen.word(.fifo) == "holds")
    }

    @Test("fifo agrees with brute force where many deliveries are of one time", arguments: 0..<40)
    func ties(seed: Int) {
        let run = RunMaker.make(seed: UInt64(seed), steps: 90)
        var random = SeededGenerator(seed: UInt64(seed), stream: "ties")
        var records = run.records()
        let coarse = Int64(random.within(200...4_000))
        var places = records.indices.filter { records[$0].event == .deliver }
        for place in places {
            let time = records[place].time.nanoseconds
            records[place].time = Instant(nanoseconds: time / coarse * coarse)
        }
        // What some say is exchanged, so that there is disorder.
        places = places.filter { _ in random.chance(1, in: 4) }
        for (one, other) in zip(places, places.dropFirst())
        where records[one].node == records[other].node
            && records[one].incarnation == records[other].incarnation
            && records[one][.session] == records[other][.session]
        {
            (records[one].fields, records[other].fields) =
                (records[other].fields, records[one].fields)
        }
        let judge = Judge(History(records: records), settings: run.settings)
        let found = judge.judgement(on: .fifo).findings.filter { $0.kind == .violation }
        let pairs = Set(found.map { "\($0.messages[0]) \($0.users[0])" })
        #expect(pairs == Reference(records, hold: 0, settle: 0).disordered())
    }

    @Test("fifo, causal and total agree with brute force where times fall", arguments: 0..<40)
    func reference(seed: Int) throws {
        let run = RunMaker.make(seed: UInt64(seed), steps: 90)
        var random = SeededGenerator(seed: UInt64(seed), stream: "times")
        var records = run.records()
        // Neighbours of one start exchange their times, and sometimes what they say.
        for _ in 0..<8 {
            let places = records.indices.filter { records[$0].event == .deliver }
            guard let one = random.pick(places),
                let other = places.first(where: {
                    $0 > one && records[$0].node == records[one].node
                        && records[$0].incarnation == records[one].incarnation
                })
            else { continue }
            (records[one].time, records[other].time) = (records[other].time, records[one].time)
            if random.chance(1, in: 3),
                records[one].fields[.session] == records[other].fields[.session]
            {
                (records[one].fields, records[other].fields) =
                    (records[other].fields, records[one].fields)
            }
        }
        let judge = Judge(History(records: records), settings: run.settings)
        func found(_ guarantee: Guarantee) -> [Finding] {
            judge.judgement(on: guarantee).findings.filter { $0.kind == .violation }
        }
        func pairs(_ guarantee: Guarantee) -> Set<String> {
            Set(found(guarantee).map { "\($0.messages[0]) \($0.users[0])" })
        }
        let reference = Reference(records, hold: 0, settle: 0)
        #expect(pairs(.fifo) == reference.disordered())
        #expect(pairs(.causal) == reference.uncausal())
        #expect(found(.total).count == reference.knots().count)
    }
}
