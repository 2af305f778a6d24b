import ArgumentParser
import Arguments
import Evidence
import Transport

/// `ordeal-fuzz evidence`: a whole history, damaged at random, and what is concluded from the rest.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract:
            "Journal evidence damaged in random ways: nothing may be concluded that it does not say.",
        discussion: """
            A real journald writes a generated history in which every guarantee holds; then, again and again, \
            files are cut, removed, doubled, renamed, overwritten and have bits flipped, and records are lost, \
            doubled and reordered in texts. It fails where a guarantee comes out as violated, or as held \
            although a record is gone that it needs.
            """
    )

    @Option(
        parsing: .unconditional,
        help: "The seed of the first round.",
        transform: SeedText.parse
    )
    var seed: UInt64 = 1

    @Option(help: "End after so many rounds.")
    var rounds = 1000

    func run() throws {
        let target = try EvidenceTarget(seed: 1)
        var (missing, harmless) = (0, 0)
        for round in 0..<UInt64(max(0, rounds)) {
            let seed = seed &+ round
            do {
                let outcome = try target.run(seed: seed)
                missing += outcome.missing
                if outcome.missing == 0 { harmless += 1 }
            } catch {
                Console.complain("evidence: seed \(seed): \(error)")
                Console.complain("again: ordeal-fuzz evidence --seed \(seed) --rounds 1")
                throw ExitCode(1)
            }
        }
        Console.show(
            "evidence: \(rounds) rounds, \(missing) records gone, \(harmless) rounds in which none was"
        )
    }
}
