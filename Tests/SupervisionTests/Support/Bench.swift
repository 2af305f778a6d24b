import Evidence
import Glibc
import Journal
import Supervision

/// A run's surroundings for one test: directories, a stand-in for the journal, a supervisor.
final class Bench: Sendable {
    private let scratch: Scratch
    let path: String
    let run: String
    let journal: JournalStandIn
    let writer: JournalWriter
    let supervisor: Supervisor

    init() throws {
        scratch = try Scratch()
        path = scratch.path
        run = "test-\(getpid())-\(path.suffix(6))"
        journal = try JournalStandIn(path: "\(path)/journal")
        writer = try JournalWriter(
            identity: WriterIdentity(run: run, node: "orchestrator", incarnation: 0, program: "t"),
            socketPath: journal.path,
            ackPagePath: "\(path)/ack-page"
        )
        supervisor = try Supervisor(
            run: run,
            directory: path,
            runtimePath: path,
            journalSocket: journal.path,
            writer: writer
        )
    }

    /// A node that is a shell script.
    func shell(
        _ node: String,
        _ script: String,
        _ readiness: ProcessSpecification.Readiness = .none,
        control: Bool = false,
        stopWithin: Duration = .seconds(5),
        environment: [String: String] = [:]
    ) -> ProcessSpecification {
        ProcessSpecification(
            node: node,
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: environment,
            acceptsControl: control,
            readiness: readiness,
            stopWithin: stopWithin
        )
    }

    /// The text of a file in the run directory.
    func text(_ name: String) throws -> String {
        String(decoding: try Files.read("\(path)/\(name)"), as: UTF8.self)
    }

    /// The lines that a node wrote, as records tell, once `count` are there.
    func lines(_ channel: String = "stdout", count: Int) async throws -> [String] {
        try await journal.wait("output", count: count)
            .filter { $0["ORDEAL_CHANNEL"] == channel }
            .compactMap { $0["ORDEAL_LINE"] }
    }

    /// Whether a process is there and has not ended.
    static func isAlive(_ pid: Int32) -> Bool {
        guard let bytes = try? Files.read("/proc/\(pid)/stat"),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return false }
        return bytes[(end + 2)...].first != UInt8(ascii: "Z")
    }

    /// Waits until a process is gone, at most a second; returns whether it is.
    static func isGoneSoon(_ pid: Int32) async throws -> Bool {
        for _ in 0..<200 where isAlive(pid) {
            try await Task.sleep(for: .milliseconds(5))
        }
        return !isAlive(pid)
    }
}
