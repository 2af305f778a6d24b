import Evidence
import Messaging

/// Bytes to the framer, lines to every reader, what was read to the writers and back.
struct CodecTarget: Sendable {
    /// What a round came to.
    struct Outcome: Sendable {
        var lines = 0
        var taken = 0
    }

    private var mutator: Mutator
    private var framer = LineFramer(lineBytesMax: 1 << 14)

    init(corpus: [[UInt8]], seed: UInt64) {
        mutator = Mutator(corpus: corpus, random: SeededGenerator(seed: seed, stream: "codec"))
    }

    /// Tries so many lines.
    ///
    /// - Throws: a `FuzzFinding` where what was written reads differently.
    mutating func run(lines: Int) throws -> Outcome {
        var outcome = Outcome()
        for _ in 0..<lines {
            let origin = mutator.pick()
            mutator.learn(origin)
            let line = mutator.mutate(origin)
            outcome.lines += 1
            if let problem = WireRoundTrip.problem(with: line) {
                throw FuzzFinding(description: problem)
            }
            if (try? WireReader(line)) != nil { outcome.taken += 1 }
            try checkActivity(line)
            try frame(line)
        }
        return outcome
    }

    /// Whoever spoke is said, whatever the activity claims, and it is an activity still.
    private func checkActivity(_ line: [UInt8]) throws {
        guard let message = try? WireReader(line), let activity = try? message.activity() else {
            return
        }
        let signed = activity.authenticated(as: "ann")
        guard signed.authenticatedUser == "ann", signed.authenticated(as: "ann") == signed else {
            let text = String(decoding: signed.bytes, as: UTF8.self)
            throw FuzzFinding(description: "an activity does not say who spoke: \(text)")
        }
    }

    /// Lines come out of the framer as they went in, however they were cut.
    private mutating func frame(_ line: [UInt8]) throws {
        let hasEnd = line.contains { $0 == 0x0A || $0 == 0x0D }
        var rest = (line + [0x0A])[...]
        var lines: [[UInt8]] = []
        while !rest.isEmpty {
            let count = 1 + mutator.random.below(rest.count)
            framer.append(rest.prefix(count))
            rest = rest.dropFirst(count)
            while let next = framer.next() { lines.append(next) }
        }
        if framer.isTooLong {
            let isLong = line.count > framer.lineBytesMax
            framer = LineFramer(lineBytesMax: framer.lineBytesMax)
            if isLong { return }
            throw FuzzFinding(description: "a line of \(line.count) bytes was too long")
        }
        guard hasEnd || lines == [line] else {
            throw FuzzFinding(description: "the framer gave \(lines.count) lines for one")
        }
    }
}
