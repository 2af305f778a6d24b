import ArgumentParser
import Evidence
import JournalReading
import Report

/// `ordeal explain RUN MESSAGE`: the journey of one message.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Tell the journey of one message: each hop, whom it reached, and whom not and why.",
        discussion: """
            MESSAGE is user/stream/number, as findings name it. Servers tell of their hops where the \
            plan asks them to.

            Examples:
              ordeal explain runs/latest client.3/client.3-0/17
              ordeal explain runs/latest alice/s1/1 --json
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The run's folder, a folder of journal files, or a file of records as `ordeal check` reads it.",
            valueName: "run"
        ),
        completion: .file()
    )
    var path: String

    @Argument(help: "The message: user/stream/number.")
    var message: String

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() throws {
        guard let identity = MessageIdentity(message) else {
            throw ValidationError("a message is user/stream/number, got \"\(message)\"")
        }
        do {
            let verification = try Verification(
                journal: RunDirectory.journal(at: path),
                command: RunFile.command(in: path)
            )
            guard let journey = Journey(of: identity, in: verification.report()) else {
                Console.error("ordeal: \(missing(identity, verification.history))")
                throw ExitCode(ExitStatus.usage)
            }
            Console.show(json ? journey.json : journey.text)
            throw Console.exitCode(0)
        } catch let error as ReadError {
            Console.error("ordeal: \(error)")
            throw ExitCode(ExitStatus.unavailable)
        }
    }

    /// Says that nothing tells of the message, and what there is of its stream or user.
    private func missing(_ identity: MessageIdentity, _ history: History) -> String {
        let ofStream = history.messages.filter {
            $0.identity.user == identity.user && $0.identity.stream == identity.stream
        }
        let numbers = ofStream.map(\.identity.number)
        if let first = numbers.min(), let last = numbers.max() {
            return
                "no record tells of \(identity); of its stream there are the numbers \(first) to \(last)"
        }
        let streams = Set(
            history.messages.filter { $0.identity.user == identity.user }.map(\.identity.stream)
        )
        guard !streams.isEmpty else {
            return "no record tells of \(identity), nor of any message of \(identity.user)"
        }
        let names = streams.sorted().prefix(5).joined(separator: ", ")
        return "no record tells of \(identity); streams of \(identity.user) are: \(names)"
    }
}
