import Evidence
import Testing

@testable import Messaging

/// How much is on its way to a client, and what waits until it took that.
@Suite struct DeliveryWindowTests {
    private let hold = Duration.seconds(2)
    private let frame = Frame(
        Array(repeating: UInt8(ascii: "x"), count: 255) + [UInt8(ascii: "\n")]
    )
    /// With the weight of a line: so many of these frames are on their way at first, and at the least.
    private let atFirst = DeliveryWindow.weightAtFirst / (256 + DeliveryWindow.lineWeight)
    private let least = DeliveryWindow.weightMin / (256 + DeliveryWindow.lineWeight)

    /// Passes lines on until one waits, and takes what waited as it may be written; how many were written.
    private func fill(_ window: inout DeliveryWindow, now: Instant) -> Int {
        var written = 0
        while window.next(now: now) != nil { written += 1 }
        while window.pass(frame, lines: 1, now: now) { written += 1 }
        return written
    }

    @Test("so much is on its way, the rest waits in order and follows what is acknowledged")
    func waits() {
        var window = DeliveryWindow()
        let now = Instant.zero
        #expect(fill(&window, now: now) == atFirst)
        let second = Frame(Array("second\n".utf8))
        let third = Frame(Array("third\n".utf8))
        let result1 = window.pass(second, lines: 1, now: now)
        #expect(!result1)
        let result2 = window.pass(third, lines: 1, now: now)
        #expect(!result2)
        let result3 = window.next(now: now)
        #expect(result3 == nil)
        #expect(window.waitingBytes == 256 + 7 + 6)
        #expect(window.linesWritten == Int64(atFirst))
        window.acknowledged(lines: 1, now: now + hold / 10, hold: hold)
        let result4 = window.next(now: now)
        #expect(result4 == frame)
        let result5 = window.next(now: now)
        #expect(result5 == nil)
        window.acknowledged(lines: 3, now: now + hold / 10, hold: hold)
        let result6 = window.next(now: now)
        #expect(result6 == second)
        let result7 = window.next(now: now)
        #expect(result7 == third)
        #expect(window.isEmpty && window.waitingBytes == 0)
        #expect(window.contradiction == nil)
    }

    @Test("a client that is fast has twice as much on its way each time, up to a bound")
    func widens() {
        var window = DeliveryWindow()
        var now = Instant.zero
        var counts: [Int] = []
        for _ in 0..<16 {
            counts.append(fill(&window, now: now))
            now = now + .milliseconds(20)
            window.acknowledged(lines: window.linesWritten, now: now, hold: hold)
        }
        #expect(counts.prefix(4) == [atFirst, atFirst * 2, atFirst * 4, atFirst * 8])
        #expect(window.weight == DeliveryWindow.weightMax)
    }

    @Test("a client that never has its share on its way gets no larger one")
    func idle() {
        var window = DeliveryWindow()
        var now = Instant.zero
        for _ in 0..<20 {
            let result8 = window.pass(frame, lines: 1, now: now)
            #expect(result8)
            now = now + .milliseconds(20)
            window.acknowledged(lines: window.linesWritten, now: now, hold: hold)
        }
        #expect(window.weight == DeliveryWindow.weightAtFirst)
    }

    @Test("a client that is slow has half as much on its way, once for what was written before")
    func narrows() {
        var window = DeliveryWindow()
        var now = Instant.zero
        #expect(fill(&window, now: now) == atFirst)
        now = now + hold / 4
        for line in 1...Int64(atFirst) {
            window.acknowledged(lines: line, now: now, hold: hold)
        }
        #expect(window.weight == DeliveryWindow.weightAtFirst / 2)
        for _ in 0..<9 {
            _ = fill(&window, now: now)
            now = now + hold / 4
            window.acknowledged(lines: window.linesWritten, now: now, hold: hold)
        }
        #expect(window.weight == DeliveryWindow.weightMin)
        #expect(fill(&window, now: now) == least)
    }

    @Test("one that takes neither long nor short keeps what it has")
    func steady() {
        var window = DeliveryWindow()
        var now = Instant.zero
        for _ in 0..<10 {
            _ = fill(&window, now: now)
            now = now + hold / 10
            window.acknowledged(lines: window.linesWritten, now: now, hold: hold)
        }
        #expect(window.weight == DeliveryWindow.weightAtFirst)
    }

    @Test("what weighs more than all that may be on its way goes alone")
    func large() {
        var window = DeliveryWindow()
        let large = Frame(Array(repeating: UInt8(ascii: "x"), count: 1 << 20) + [10])
        let result9 = window.pass(large, lines: 1, now: .zero)
        #expect(result9)
        let result10 = window.pass(large, lines: 1, now: .zero)
        #expect(!result10)
        let result11 = window.next(now: .zero)
        #expect(result11 == nil)
        window.acknowledged(lines: 1, now: .zero, hold: hold)
        let result12 = window.next(now: .zero)
        #expect(result12 == large)
    }

    @Test("what was pending before waits in order, and does not count as waiting")
    func pending() {
        var window = DeliveryWindow()
        #expect(fill(&window, now: .zero) == atFirst)
        let result19 = window.pass(frame, lines: 1, isPending: true, now: .zero)
        #expect(!result19)
        // The first of them found no room; the second waits behind it.
        #expect(window.waitingBytes == 256)
        let last = Frame(Array("last\n".utf8))
        let result20 = window.pass(last, lines: 1, now: .zero)
        #expect(!result20)
        #expect(window.waitingBytes == 256 + 5)
        window.acknowledged(lines: Int64(atFirst), now: .zero, hold: hold)
        var told: [Frame] = []
        while let next = window.next(now: .zero) { told.append(next) }
        #expect(told == [frame, frame, last])
        #expect(window.isEmpty && window.waitingBytes == 0)
    }

    @Test("no more is on its way than half of what may wait to be written")
    func limited() {
        var window = DeliveryWindow(pendingBytesMax: 100_000)
        var now = Instant.zero
        for _ in 0..<16 {
            _ = fill(&window, now: now)
            now = now + .milliseconds(20)
            window.acknowledged(lines: window.linesWritten, now: now, hold: hold)
        }
        #expect(window.weight == 50_000)
        #expect(DeliveryWindow(pendingBytesMax: 4_096).weight == DeliveryWindow.weightMin)
    }

    @Test("of lines that were encoded together as many are written as there is room for")
    func parts() {
        var window = DeliveryWindow()
        let line = String(repeating: "x", count: 240)
        let lines = (100..<300).map { "\($0) \(line)\n" }
        let frame = Frame(Array(lines.joined().utf8))
        var now = Instant.zero
        let result13 = window.pass(frame, lines: lines.count, now: now)
        #expect(!result13)
        var told: [String] = []
        var rounds = 0
        while told.count < lines.count, rounds < 10 {
            rounds += 1
            while let part = window.next(now: now) {
                told += String(decoding: part.bytes, as: UTF8.self).split(separator: "\n").map {
                    "\($0)\n"
                }
            }
            #expect(window.contradiction == nil)
            #expect(window.linesWritten == Int64(told.count))
            now = now + .milliseconds(20)
            window.acknowledged(lines: window.linesWritten, now: now, hold: hold)
        }
        #expect(told == lines)
        #expect(rounds == 3)
        #expect(window.isEmpty && window.waitingBytes == 0)
    }

    @Test("the acknowledgement of a part of what was written together takes nothing off its way")
    func partAcknowledged() {
        var window = DeliveryWindow()
        let many = Frame(Array(repeating: UInt8(ascii: "\n"), count: 60))
        let result14 = window.pass(many, lines: 60, now: .zero)
        #expect(result14)
        let next = Frame(Array(repeating: UInt8(ascii: "x"), count: 1000) + [10])
        let result15 = window.pass(next, lines: 1, now: .zero)
        #expect(!result15)
        let result16 = window.next(now: .zero)
        #expect(result16 == nil)
        window.acknowledged(lines: 59, now: .zero, hold: hold)
        let result17 = window.next(now: .zero)
        #expect(result17 == nil)
        window.acknowledged(lines: 60, now: .zero, hold: hold)
        let result18 = window.next(now: .zero)
        #expect(result18 == next)
    }
}
