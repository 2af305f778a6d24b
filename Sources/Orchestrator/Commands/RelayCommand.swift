import ArgumentParser
import Chaos
import Dispatch
import Evidence
import Foundation
import Journal

/// `ordeal relay`: the process through which the nodes of a run talk. Started by `ordeal run`.
struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "The relay of a run; started by `ordeal run`.",
        shouldDisplay: false
    )

    @Argument(help: "The relay's configuration: a JSON file.")
    var file: String

    func run() async throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        let configuration = try JSONDecoder().decode(RelayConfiguration.self, from: data)
        let writer = try JournalWriter.fromEnvironment(program: "ordeal")
        let environment = ProcessInfo.processInfo.environment
        let record: @Sendable (EventKind, FieldValues) -> Void = { kind, values in
            do {
                try writer?.write(kind, values, at: MonotonicClock.now())
            } catch {
                // Without its evidence the relay must not go on changing traffic.
                Console.error("ordeal relay: \(error)")
                Foundation.exit(ExitStatus.unavailable)
            }
        }
        record(.started, [.pid: String(getpid())])
        let relay: RelayServer
        do {
            relay = try await RelayServer.start(
                configuration,
                ignoresCuts: environment["ORDEAL_TEST_IGNORE_CUTS"] == "1",
                record: record
            )
        } catch {
            Console.error("\(error)")
            throw ExitCode(ExitStatus.unavailable)
        }
        try Notifier.ready()
        for await _ in Signals.stream([SIGTERM, SIGINT]) {
            break
        }
        await relay.stop()
        try writer?.close()
    }
}
