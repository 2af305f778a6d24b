import CLinux
import Glibc

/// A thread of the system's own, for work that blocks: it holds up nobody else's.
package struct SystemThread: Sendable {
    private let handle: pthread_t

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread with all signals blocked, so that those of the process go elsewhere.
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws {
        var handle = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let work = Unmanaged.passRetained(Work(name, body))
        let problem = pthread_create(
            &handle,
            nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                ordeal_name_thread(work.name)
                work.body()
                return nil
            },
            work.toOpaque()
        )
        guard problem == 0 else {
            work.release()
            throw JournalError(
                .unavailable,
                what: "cannot start thread \(name): \(JournalError.text(problem))",
                remedy: "raise the limit of processes (ulimit -u)"
            )
        }
        self.handle = handle
    }

    /// Waits until the thread has ended; call it once.
    package func join() {
        pthread_join(handle, nil)
    }
}
