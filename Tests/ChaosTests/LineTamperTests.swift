import Testing

@testable import Chaos

@Suite struct LineTamperTests {
    private func run(
        _ what: LineTamper.Manner,
        _ chunks: [String],
        count: Int = 1,
        isMidLine: Bool = false
    ) -> String {
        var tamper = LineTamper(isMidLine: isMidLine)
        var budget = count
        let settings = LineTamper.Settings(what: what, matching: "B", count: count)
        var out: [UInt8] = []
        for chunk in chunks {
            out += tamper.pass(chunk.utf8, settings, budget: &budget).out
        }
        out += tamper.flush()
        return String(decoding: out, as: UTF8.self)
    }

    @Test("drop takes away as many matching lines as it may and no other")
    func drop() {
        #expect(run(.drop, ["A1\nB1\nB2\nA2\n"]) == "A1\nB2\nA2\n")
        #expect(run(.drop, ["B1\nB2\nB3\n"], count: 2) == "B3\n")
    }

    @Test("duplicate passes a line on twice")
    func duplicate() {
        #expect(run(.duplicate, ["A1\nB1\nA2\n"]) == "A1\nB1\nB1\nA2\n")
    }

    @Test("reorder swaps a matching line with the next one that matches")
    func reorder() {
        #expect(run(.reorder, ["B1\nA1\nB2\nB3\n"]) == "A1\nB2\nB1\nB3\n")
    }

    @Test("a swapped line that found no partner is passed on at the end")
    func reorderAlone() {
        #expect(run(.reorder, ["B1\nA1\n"]) == "A1\nB1\n")
    }

    @Test("lines split over chunks are seen whole, a rest without line end is kept")
    func chunks() {
        #expect(run(.drop, ["A", "1\nB", "1", "\nA2"]) == "A1\nA2")
    }

    @Test("the rest of a line that began before is left alone")
    func midLine() {
        #expect(run(.drop, ["B-rest\nB1\n"], isMidLine: true) == "B-rest\n")
    }

    @Test("bytes go in and come out the same where nothing matches, however they are cut")
    func transparent() {
        let text = (0..<50).map { "line \($0)\n" }.joined()
        for size in [1, 2, 7, 64] {
            let bytes = Array(text)
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                String(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(run(.drop, chunks) == text)
        }
    }
}
