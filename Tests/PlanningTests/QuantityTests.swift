import Testing

@testable import Planning

@Suite struct QuantityTests {
    @Test(
        "a duration is read, and written in the largest unit that it is a whole number of",
        arguments: [
            ("250ms", .milliseconds(250), "250ms"), ("1.5s", .milliseconds(1500), "1500ms"),
            ("0.25ms", .microseconds(250), "250us"), ("60s", .seconds(60), "1m"),
            ("90m", .seconds(5400), "90m"), ("24h", .seconds(86_400), "24h"),
            ("0ms", .zero, "0s"), ("7ns", .nanoseconds(7), "7ns"), ("007s", .seconds(7), "7s"),
            ("1.5h", .seconds(5400), "90m"),
        ] as [(String, Duration, String)]
    )
    func durations(text: String, duration: Duration, canonical: String) throws {
        #expect(try Quantity.duration(text) == duration)
        #expect(Quantity.text(duration) == canonical)
        #expect(try Quantity.duration(canonical) == duration)
    }

    @Test(
        "what is no duration is told as such",
        arguments: [
            "", "s", "5", "5 s", "-5s", "5S", "5sec", "1e3s", ".5s", "1.5.5s", "0x5s", "5s5ms",
            "٣s",
            "1.5ns", "9223372037s", "99999999999999999999999h",
        ]
    )
    func noDurations(text: String) {
        #expect(throws: Quantity.Failure.self) { try Quantity.duration(text) }
    }

    @Test(
        "a size is read and written with its unit",
        arguments: [
            ("64B", 64, "64B"), ("1KiB", 1024, "1KiB"), ("1024KiB", 1 << 20, "1MiB"),
            ("0B", 0, "0B"),
        ]
    )
    func sizes(text: String, bytes: Int, canonical: String) throws {
        #expect(try Quantity.size(text) == bytes)
        #expect(Quantity.text(bytes: bytes) == canonical)
    }

    @Test(
        "what is no size is told as such",
        arguments: ["64", "64kB", "64KB", "1.5KiB", "B", "99999999999GiB"]
    )
    func noSizes(text: String) {
        #expect(throws: Quantity.Failure.self) { try Quantity.size(text) }
    }

    @Test(
        "a rate is read and written with its time",
        arguments: [
            ("100/s", 100, .seconds(1), "100/s"), ("3/10s", 3, .seconds(10), "3/10s"),
            ("0/s", 0, .seconds(1), "0/s"), ("5/60s", 5, .seconds(60), "5/m"),
            ("1/100ms", 1, .milliseconds(100), "1/100ms"), ("2/1ms", 2, .milliseconds(1), "2/ms"),
        ] as [(String, Int, Duration, String)]
    )
    func rates(text: String, events: Int, period: Duration, canonical: String) throws {
        let rate = Rate(events: events, per: period)
        #expect(try Quantity.rate(text) == rate)
        #expect(Quantity.text(rate) == canonical)
        #expect(try Quantity.rate(canonical) == rate)
    }

    @Test(
        "what is no rate is told as such",
        arguments: ["100", "/s", "1/", "1/0s", "1/s/s", "-1/s", "+1/s", "1.5/s", "1/sec"]
    )
    func noRates(text: String) {
        #expect(throws: Quantity.Failure.self) { try Quantity.rate(text) }
    }

    @Test("a signal is known by its name, with or without SIG, and by its number")
    func signals() {
        #expect(SignalName.number(of: "KILL") == 9)
        #expect(SignalName.number(of: "SIGTERM") == 15)
        #expect(SignalName.number(of: "6") == 6)
        #expect(SignalName.number(of: "STOP") == nil)
        #expect(SignalName.number(of: "kill") == nil)
        #expect(SignalName.all.allSatisfy { SignalName.name(of: $0.number) == $0.name })
    }

    @Test(
        "the word that was probably meant is found, and none where none is near",
        arguments: [
            ("sede", "seed"), ("worklod", "workload"), ("clster", "cluster"), ("Drain", "drain"),
            ("exepct", "expect"), ("processes", nil), ("x", nil),
        ] as [(String, String?)]
    )
    func spelling(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, among: PlanKeys.Top.allCases.map(\.rawValue)) == meant)
    }
}
