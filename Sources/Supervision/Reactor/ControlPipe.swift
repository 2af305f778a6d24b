import Glibc
import Journal

/// The writing end of a process's standard input: control lines, never waited for.
final class ControlPipe {
    /// How many bytes may wait for a process that does not read, besides those in the pipe.
    static let waitingBytesMax = 65_536
    /// The longest control line, in bytes.
    static let lineBytesMax = 4_096

    let descriptor: Descriptor
    private var waiting: [UInt8] = []

    init(writing descriptor: Descriptor) {
        self.descriptor = descriptor
        descriptor.setNonBlocking()
    }

    /// Whether something waits until the process reads.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Writes bytes, or keeps them until the process reads; returns why that is not possible.
    func send(_ bytes: [UInt8]) -> String? {
        guard waiting.count + bytes.count <= Self.waitingBytesMax else {
            return "it does not read its control lines: \(waiting.count) bytes wait"
        }
        waiting += bytes
        return flush()
    }

    /// Writes what the pipe takes; returns why the pipe is of no use any more.
    func flush() -> String? {
        while !waiting.isEmpty {
            let count = write(descriptor.number, waiting, waiting.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return nil }
            guard count > 0 else {
                waiting = []
                return "its standard input takes nothing: \(JournalError.text(errno))"
            }
            waiting.removeFirst(count)
        }
        return nil
    }
}
