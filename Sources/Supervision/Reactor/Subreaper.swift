import CLinux
import Glibc
import Synchronization

/// Makes orphans among our descendants come to this process, as long as one of these is held.
final class Subreaper: Sendable {
    private static let holders = Mutex(0)

    init() throws {
        let problem: Int32 = Self.holders.withLock { holders in
            guard ordeal_become_subreaper() == 0 else { return errno }
            holders += 1
            return 0
        }
        guard problem == 0 else {
            throw SupervisionError.system("become the parent of orphans", problem)
        }
    }

    deinit {
        Self.holders.withLock { holders in
            holders -= 1
            if holders == 0 { _ = ordeal_leave_subreaper() }
        }
    }
}
