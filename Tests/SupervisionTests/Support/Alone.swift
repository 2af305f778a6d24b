import Foundation
import Glibc
import Journal
import Supervision

/// Runs one test again in a process of its own, where no other test opens, starts or reaps anything.
enum Alone {
    private static let variable = "ORDEAL_TEST_ALONE"
    private static let secondsMax = 50

    /// How the other process ended and what it wrote.
    struct Outcome: Sendable {
        var exit: ChildProcess.Exit?
        var output: String
    }

    /// Whether this is the other process.
    static var isHere: Bool { getenv(variable) != nil }

    /// Where the other process finds what belongs to its test.
    static var directory: String { getenv(variable).map { String(cString: $0) } ?? "" }

    /// The folder of the built programs: that of the test runner.
    static var programs: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().path
    }

    /// Runs the test of this name, a path of suites and function, and waits for its end.
    static func run(_ test: String, directory: String) async throws -> Outcome {
        let log = "\(directory)/alone.log"
        let descriptor = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(descriptor) }
        var request = SpawnRequest(
            try Files.absolute("/proc/self/exe"),
            [
                "--disable-xctest", "--filter", "SupervisionTests.\(test)",
                "--testing-library", "swift-testing",
            ]
        )
        request.environment = ProcessInfo.processInfo.environment.map { ($0.key, $0.value) }
        request.environment.append((variable, directory))
        // The thread that starts it does not last.
        request.parentDeathSignal = 0
        request.descriptors = [-1, descriptor, descriptor]
        let child = try request.start()
        for _ in 0..<secondsMax * 200 {
            if let exit = child.reap() {
                return Outcome(exit: exit, output: try text(log))
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        child.signalGroup(SIGKILL)
        return Outcome(exit: child.reap(), output: "it hung\n\(try text(log))")
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path), as: UTF8.self)
    }
}
