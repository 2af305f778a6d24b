import Glibc
import Planning

/// Ends nodes' processes, by a signal or by asking them to stop; the heal starts them again, where the
/// plan says so.
struct EndInjector: Injector {
    /// How a process is made to end.
    enum Means: Sendable {
        /// By a signal that no process can be ready for, or one that it may catch.
        case signal(Int32)
        /// In order, as at the end of a run.
        case stop
    }

    let id: String
    let nodes: [String]
    let means: Means
    /// Whether the heal starts them again.
    let restarts: Bool
    let processes: any ProcessControl

    func apply() async throws {
        switch means {
        case .signal(let signal):
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in nodes {
                    group.addTask { try await processes.kill(node, signal: signal, fault: id) }
                }
                try await group.waitForAll()
            }
        case .stop:
            for node in nodes where await !processes.isRunning(node) {
                throw FaultError("\(node) does not run")
            }
            await processes.stop(nodes)
        }
    }

    func verify() async throws -> String {
        var how: [String] = []
        for node in nodes {
            let sentence =
                switch means {
                case .signal(let signal): try await verifyKilled(node, signal)
                case .stop: try await verifyStopped(node)
                }
            if !how.contains(sentence) { how.append(sentence) }
        }
        return how.joined(separator: "; ")
    }

    private func verifyKilled(_ node: String, _ signal: Int32) async throws -> String {
        let end = try await processes.end(of: node)
        guard end.fault == id else {
            throw FaultError("\(node) had ended before, by \(end.fault ?? "no fault")")
        }
        if end.status == signal {
            return "the process died of signal \(signal)"
        }
        // A signal that can be caught may be answered by an orderly exit.
        guard signal != SIGKILL else {
            throw FaultError(
                "\(node) should have died of SIGKILL, its exit status is \(end.status)"
            )
        }
        return "the process ended with status \(end.status) on signal \(signal)"
    }

    private func verifyStopped(_ node: String) async throws -> String {
        let end = try await processes.end(of: node)
        guard await !processes.isRunning(node) else {
            throw FaultError("\(node) runs")
        }
        guard end.isStopped else {
            throw FaultError("\(node) did not stop in order: its exit status is \(end.status)")
        }
        return "the process stopped in order"
    }

    func heal() async throws {
        if restarts { try await processes.start(nodes) }
    }

    func verifyHealed() async throws -> String {
        guard restarts else {
            for node in nodes where await processes.isRunning(node) {
                throw FaultError("\(node) should stay down, but it runs")
            }
            return "the node stays down, as planned"
        }
        for node in nodes where await !processes.isRunning(node) {
            throw FaultError("\(node) was ready and ended again")
        }
        return "the node is ready again"
    }

    func isExercised() async throws -> Bool? { nil }
}
