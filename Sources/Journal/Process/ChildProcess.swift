import CLinux
import Evidence
import Glibc

/// A process that this one started, by its pidfd; its pid is also its process group.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Exit: Sendable, Hashable, CustomStringConvertible {
        /// It exited with this code.
        case code(Int32)
        /// This signal ended it.
        case signal(Int32)

        /// The code or the signal's number.
        package var status: Int32 {
            switch self {
            case .code(let code): code
            case .signal(let signal): signal
            }
        }

        /// How it ended, for a sentence.
        package var description: String {
            switch self {
            case .code(let code): "exited with code \(code)"
            case .signal(let signal): "was ended by signal \(signal)"
            }
        }
    }

    /// Its process id.
    package let pid: Int32
    /// Its pidfd: readable once it has ended.
    package let descriptor: Int32

    init(pid: Int32, descriptor: Int32) {
        self.pid = pid
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends a signal to the process; returns false where it has ended.
    @discardableResult
    package func signal(_ number: Int32) -> Bool {
        ordeal_pidfd_send_signal(descriptor, number) == 0
    }

    /// Sends a signal to its whole process group; only before it is reaped.
    @discardableResult
    package func signalGroup(_ number: Int32) -> Bool {
        kill(-pid, number) == 0
    }

    /// Waits until it has ended or the time is over; does not reap it. Returns whether it ended.
    package func waitForEnd(_ limit: Duration) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = MonotonicClock.now() + limit
        while true {
            let left = max(0, (deadline - MonotonicClock.now()).nanoseconds / 1_000_000)
            let count = poll(&event, 1, Int32(clamping: left))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }

    /// Kills what is left of its group and reaps it, if it has ended; else nil.
    package func reap() -> Exit? {
        guard waitForEnd(.zero) else { return nil }
        signalGroup(SIGKILL)
        var code: Int32 = 0
        var status: Int32 = 0
        let got = ordeal_pidfd_wait(descriptor, 1, &code, &status)
        guard got == 1 else { return got == 0 ? nil : .code(-1) }
        return code == Int32(CLD_EXITED) ? .code(status) : .signal(status)
    }
}
