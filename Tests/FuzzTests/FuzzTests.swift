import Foundation
import Testing

@testable import Fuzz

/// Lines that are nearly right, from seeds: ci/fuzz goes on with others for longer.
@Suite struct FuzzTests {
    private static var corpus: [[UInt8]] {
        get throws {
            try Corpus.lines(
                in: URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Corpus"
            )
        }
    }

    @Test(
        "the codec takes or refuses whatever it is given, and says again what it took",
        arguments: 1...6
    )
    func codec(seed: UInt64) throws {
        var target = CodecTarget(corpus: try Self.corpus, seed: seed)
        let outcome = try target.run(lines: 2000)
        #expect(outcome.lines == 2000)
        #expect(outcome.taken > 200, "most lines must be nearly right")
    }

    @Test(
        "no bytes, in no order, make a server core trap, contradict itself or talk to who is gone",
        arguments: 1...30
    )
    func server(seed: UInt64) throws {
        var target = ServerTarget(corpus: try Self.corpus, seed: seed)
        let outcome = try target.run(steps: 800)
        #expect(outcome.lines > 100)
    }

    @Test("the targets reach what they are for: messages are taken, garbled and refused")
    func reach() throws {
        var total = ServerTarget.Outcome()
        for seed in UInt64(100)..<110 {
            var target = ServerTarget(corpus: try Self.corpus, seed: seed)
            let outcome = try target.run(steps: 800)
            total.garbled += outcome.garbled
            total.refused += outcome.refused
        }
        #expect(total.garbled > 20 && total.refused > 50, "\(total)")
    }

    @Test("a seed makes the same round again")
    func repeats() throws {
        var outcomes: Set<String> = []
        for _ in 0..<2 {
            var target = ServerTarget(corpus: try Self.corpus, seed: 5)
            outcomes.insert("\(try target.run(steps: 400))")
        }
        #expect(outcomes.count == 1)
    }
}
