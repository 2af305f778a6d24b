import ArgumentParser
import Arguments
import Evidence
import Foundation
import Journal
import Messaging
import Transport

/// `ordeal-fuzz live`: a real server, clients that behave, and others that do not.
struct LiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Random and mutated lines against a live ordeal-node, beside clients at work.",
        discussion: """
            It fails where the node ends, a client that behaves is closed or misses a message, or memory \
            goes on growing.
            """
    )

    @Option(help: "How many lines to send.")
    var lines = 1_000_000

    @Option(parsing: .unconditional, help: "The seed of what is sent.", transform: SeedText.parse)
    var seed: UInt64 = 1

    @Option(help: "The folder with the lines to begin with.")
    var corpus = "Tests/FuzzTests/Corpus"

    @Option(help: "The ordeal-node to try; by default the one beside this program.")
    var node: String?

    /// How many connections say what they should not, at a time.
    private static let harassers = 4
    private static let workers = 4
    /// Memory may grow so much in the second half: what the allocator keeps.
    private static let growthMax = 16 << 20

    func run() throws {
        let corpus = try Corpus.lines(in: corpus)
        let here = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = here.deletingLastPathComponent().appendingPathComponent("ordeal-node")
        let pid = Int(getpid())
        let address = Address(host: "127.\(pid % 40 + 20).\(pid / 40 % 250).1", port: 37_800)
        let process = Process()
        process.executableURL = node.map { URL(fileURLWithPath: $0) } ?? beside
        process.arguments = [
            "--listen", "\(address)", "--secret", "s3cret", "--retention", "5s",
            "--max-stored", "20000", "--max-pending", "4MiB",
            "--first-message-within", "10s",
        ]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer {
            if process.isRunning { process.terminate() }
            process.waitUntilExit()
        }
        try waitUntilReady(address)
        let problems = try harass(process, address, corpus)
        for problem in problems { Console.complain("live: \(problem)") }
        if !problems.isEmpty { throw ExitCode(1) }
    }

    private func waitUntilReady(_ address: Address) throws {
        for _ in 0..<200 {
            if (try? Socket(address)) != nil { return }
            usleep(50_000)
        }
        throw Socket.Failure(description: "the node does not listen at \(address)")
    }

    private func harass(
        _ process: Process,
        _ address: Address,
        _ corpus: [[UInt8]]
    ) throws -> [String] {
        let workers = try (1...Self.workers).map { try Worker("worker-\($0)", at: address) }
        for worker in workers { worker.start(every: .milliseconds(10)) }
        let harassers = (0..<Self.harassers).map { _ in Harasser(lines: lines / Self.harassers) }
        for (number, harasser) in harassers.enumerated() {
            harasser.start(at: address, corpus: corpus, seed: seed &+ UInt64(number))
        }
        let begin = MonotonicClock.now()
        var middle: Int?
        var most = 0
        while process.isRunning && !harassers.allSatisfy(\.hasEnded) {
            usleep(200_000)
            most = max(most, Memory.of(process.processIdentifier))
            let done = harassers.map(\.snapshot.lines).reduce(0, +)
            if middle == nil, done * 2 >= lines { middle = most }
        }
        let seconds = Double((MonotonicClock.now() - begin).milliseconds) / 1000
        for worker in workers { worker.stop() }
        waitUntilHeard(workers)
        let last = Memory.of(process.processIdentifier)
        let counts = harassers.map(\.snapshot)
        let sent = counts.map(\.lines).reduce(0, +)
        let said = workers.map(\.snapshot.sent).reduce(0, +)
        Console.show(
            "live: \(sent) lines over \(counts.map(\.connections).reduce(0, +)) connections in "
                + "\(String(format: "%.1f", seconds)) s, \(counts.map(\.hanging).reduce(0, +)) left open; "
                + "\(workers.count) clients said \(said) messages; memory (PSS) "
                + "\((middle ?? most) >> 10) KiB at half, \(most >> 10) KiB at most, \(last >> 10) KiB at the end"
        )
        var problems = workers.flatMap { worker in
            worker.snapshot.problems.map { "\(worker.name): \($0)" }
        }
        if !process.isRunning {
            problems.append("the node ended with \(process.terminationStatus)")
        }
        for worker in workers {
            for other in workers where worker.snapshot.heard[other.name] ?? 0 != other.snapshot.sent
            {
                problems.append(
                    "\(worker.name) heard \(worker.snapshot.heard[other.name] ?? 0) of \(other.snapshot.sent) "
                        + "messages of \(other.name)"
                )
            }
        }
        if most - (middle ?? most) > Self.growthMax {
            problems.append(
                "memory grew by \((most - (middle ?? most)) >> 10) KiB in the second half"
            )
        }
        return problems
    }

    /// Waits until every worker heard what every worker said, or nothing moves for 10 s.
    private func waitUntilHeard(_ workers: [Worker]) {
        var before: [Int64] = []
        var still = 0
        while still < 100 {
            usleep(100_000)
            let states = workers.map(\.snapshot)
            let said = states.map(\.sent).reduce(0, +)
            let heard = states.map { $0.heard.values.reduce(0, +) }
            if heard.allSatisfy({ $0 == said }) || states.allSatisfy(\.hasEnded) { return }
            still = heard == before ? still + 1 : 0
            before = heard
        }
    }
}
