import Glibc
import Journal

/// A descriptor that is closed when nobody holds it any more.
final class Descriptor: Sendable {
    /// Its number.
    let number: Int32

    /// Takes a descriptor over, as a system call returned it.
    ///
    /// - Throws: `SupervisionError` where the call had failed.
    init(_ number: Int32, _ what: String) throws {
        guard number >= 0 else { throw SupervisionError.system(what, errno) }
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Makes reads and writes return at once.
    func setNonBlocking() {
        let flags = fcntl(number, F_GETFL)
        _ = fcntl(number, F_SETFL, flags | O_NONBLOCK)
    }

    /// The two ends of a pipe; closed on exec, both blocking.
    static func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw SupervisionError.system("make a pipe", errno)
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        return (try Descriptor(ends[0], "make a pipe"), try Descriptor(ends[1], "make a pipe"))
    }
}

extension SupervisionError {
    /// A system call failed.
    static func system(_ what: String, _ number: Int32) -> SupervisionError {
        let isFull = number == EMFILE || number == ENFILE
        return SupervisionError(
            .unavailable,
            node: nil,
            what: "cannot \(what): \(JournalError.text(number))",
            remedy: isFull
                ? "raise the limit of open files (ulimit -n)"
                : "check permissions and the space on the disk"
        )
    }
}
