import Glibc
import Journal

/// The environment that processes get: little of ours, and what they need of the run.
///
/// | variable | meaning |
/// |---|---|
/// | those of `JournalEnvironment` | run, node, incarnation, journal socket and ack page |
/// | `NOTIFY_SOCKET` | where `READY=1` is said (sd_notify(3)) |
/// | `ORDEAL_ORCHESTRATOR` | pid and start of the orchestrator: while it lives no sweep takes them |
struct ChildEnvironment {
    /// The variables that are passed on where they are set.
    ///
    /// The second line is for programs built with a toolchain of its own, sanitizers or coverage.
    static let passedOn = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR",
        "LD_LIBRARY_PATH", "SWIFT_BACKTRACE", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
        "LSAN_OPTIONS", "LLVM_PROFILE_FILE",
    ]

    /// The run's id.
    let run: String
    /// The path of the journal's native socket.
    let journalSocket: String
    /// The directory of the ack pages.
    let ackDirectory: String
    /// The path of the notify socket.
    /// Where each incarnation's own notify socket is bound.
    let notifyDirectory: String

    /// This process, by which a sweep knows that the run has an orchestrator.
    let orchestrator = ProcessTable.identity(of: getpid())

    /// The ack page of an incarnation.
    func ackPage(_ node: String, _ incarnation: Int) -> String {
        "\(ackDirectory)/\(node).\(incarnation)"
    }

    /// What is passed on of our environment.
    static var passed: [String: String] {
        var values = ["PATH": SpawnRequest.path.joined(separator: ":"), "LANG": "C.UTF-8"]
        for name in passedOn {
            if let value = getenv(name) {
                values[name] = String(cString: value)
            }
        }
        return values
    }

    /// All variables of an incarnation, sorted by name.
    func variables(
        _ specification: ProcessSpecification,
        _ incarnation: Int,
        notifySocket: String
    ) -> [(name: String, value: String)] {
        var values = Self.passed
        let journal = JournalEnvironment(
            run: run,
            node: specification.node,
            incarnation: incarnation,
            socketPath: journalSocket,
            ackPagePath: ackPage(specification.node, incarnation)
        )
        for (name, value) in journal.variables {
            values[name] = value
        }
        values["NOTIFY_SOCKET"] = notifySocket
        values[ProcessTable.orchestratorVariable] = orchestrator
        values.merge(specification.environment) { $1 }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }
}
