import ArgumentParser
import Arguments
import Evidence
import Glibc
import Journal
import Transport

/// `ordeal-fuzz history`: writes a generated history to real journal files.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract:
            "Write a generated history, in which every guarantee holds, to real journal files.",
        discussion: """
            A journald of its own writes them, so it takes some 25 s and 1 GB for a million records.

              ordeal-fuzz history --records 1000000 --into /tmp/history
            """
    )

    @Option(help: "About how many records.")
    var records = 100_000

    @Option(help: "The folder of the journal files; it must not be there yet.")
    var into: String

    @Option(parsing: .unconditional, help: "The seed of the history.", transform: SeedText.parse)
    var seed: UInt64 = 1

    @Option(help: "When journald begins a new file.")
    var fileSize = "1G"

    func run() throws {
        guard access(into, F_OK) != 0 else {
            throw ValidationError("\(into) is there already: name a new folder, or remove it")
        }
        let count = try JournaledHistory.write(
            records: records,
            seed: seed,
            into: into,
            fileSize: fileSize
        )
        Console.show("\(into): \(count) records")
    }
}
