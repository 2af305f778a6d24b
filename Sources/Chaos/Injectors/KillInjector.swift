import Glibc
import Planning

/// Kills a node's process; the heal starts it again, where the plan says so.
struct KillInjector: Injector {
    let id: String
    let node: String
    let kill: Kill
    let processes: any ProcessControl

    func apply() async throws {
        try await processes.kill(node, signal: kill.signal, fault: id)
    }

    func verify() async throws -> String {
        let (status, fault) = try await processes.exit(of: node)
        guard fault == id else {
            throw FaultError("\(node) had ended before, by \(fault ?? "no fault")")
        }
        if status == kill.signal {
            return "the process died of signal \(status)"
        }
        // A signal that can be caught may be answered by an orderly exit.
        guard kill.signal != SIGKILL else {
            throw FaultError("\(node) should have died of SIGKILL, its exit status is \(status)")
        }
        return "the process ended with status \(status) on signal \(kill.signal)"
    }

    func heal() async throws {
        switch kill.then {
        case .restart: try await processes.restart(node)
        case .stayDown: break
        }
    }

    func verifyHealed() async throws -> String {
        switch kill.then {
        case .restart: "the node is ready again"
        case .stayDown: "the node stays down, as planned"
        }
    }

    func isExercised() async throws -> Bool? { nil }
}

/// What a process fault asks of whoever supervises the processes.
public protocol ProcessControl: Sendable {
    /// Sends a signal that is meant to end the process, and returns when it is gone.
    func kill(_ node: String, signal: Int32, fault: String) async throws
    /// The signal or exit code that the node's last process ended with, and the fault that it was.
    func exit(of node: String) async throws -> (status: Int32, fault: String?)
    /// Starts the node's next incarnation, and returns when it is ready.
    func restart(_ node: String) async throws
}
