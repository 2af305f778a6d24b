import ArgumentParser
import Arguments
import Evidence
import Journal
import Transport

/// `ordeal-fuzz`: looks for input that harms.
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ordeal-fuzz",
        abstract: "Looks for input that makes a codec, a server core or a live server fail.",
        discussion: """
            Every round is made from a seed; the last one named on standard error is the one that failed.

              ordeal-fuzz codec --for 1m
              ordeal-fuzz server --seed 7 --rounds 1
              ordeal-fuzz live --lines 1000000
            """,
        subcommands: [
            CodecCommand.self, ServerCommand.self, LiveCommand.self, EvidenceCommand.self,
            HistoryCommand.self,
        ]
    )
}

/// How long a target is tried, and from where on.
struct RoundOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "The seed of the first round.",
        transform: SeedText.parse
    )
    var seed: UInt64 = 1

    @Option(help: "End after so many rounds.")
    var rounds: Int?

    @Option(
        name: .customLong("for"),
        help: "End after this time (10s, where no --rounds are given).",
        transform: DurationOption.parse
    )
    var duration: DurationOption?

    @Option(help: "The folder with the lines to begin with.")
    var corpus = "Tests/FuzzTests/Corpus"

    /// Tries round after round; `body` takes a seed and the corpus.
    ///
    /// - Throws: what the body throws, once it is told with its seed.
    func run(_ name: String, _ body: (UInt64, [[UInt8]]) throws -> Void) throws -> Int {
        let lines = try Corpus.lines(in: corpus)
        let begin = MonotonicClock.now()
        let wait = duration?.duration ?? (rounds == nil ? .seconds(10) : nil)
        var done = 0
        while rounds.map({ done < $0 }) ?? true,
            wait.map({ MonotonicClock.now() - begin < $0 }) ?? true
        {
            let seed = seed &+ UInt64(done)
            Console.complain("\(name): seed \(seed)")
            do {
                try body(seed, lines)
            } catch {
                Console.complain("\(name): seed \(seed): \(error)")
                Console.complain("again: ordeal-fuzz \(name) --seed \(seed) --rounds 1")
                throw ExitCode(1)
            }
            done += 1
        }
        return done
    }
}

/// `ordeal-fuzz codec`.
struct CodecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec",
        abstract: "Bytes to every reader, and what was read to the writers and back."
    )

    @OptionGroup var options: RoundOptions

    func run() throws {
        var (lines, taken) = (0, 0)
        let rounds = try options.run("codec") { seed, corpus in
            var target = CodecTarget(corpus: corpus, seed: seed)
            let outcome = try target.run(lines: 20_000)
            lines += outcome.lines
            taken += outcome.taken
        }
        Console.show("codec: \(rounds) rounds, \(lines) lines, \(taken) of them messages")
    }
}

/// `ordeal-fuzz server`.
struct ServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "A few server cores, with lines garbled, repeated, dropped and reordered."
    )

    @OptionGroup var options: RoundOptions

    func run() throws {
        var total = ServerTarget.Outcome()
        let rounds = try options.run("server") { seed, corpus in
            var target = ServerTarget(corpus: corpus, seed: seed)
            let outcome = try target.run(steps: 4000)
            total.events += outcome.events
            total.lines += outcome.lines
            total.garbled += outcome.garbled
            total.refused += outcome.refused
        }
        Console.show(
            "server: \(rounds) rounds, \(total.events) events, \(total.lines) lines, \(total.garbled) garbled, "
                + "\(total.refused) refused"
        )
    }
}
