import Glibc

/// A pipe by which one thread wakes another.
package struct Pipe: ~Copyable, Sendable {
    /// The end that becomes readable.
    package let reading: Int32
    private let writing: Int32

    /// Makes a pipe; both ends are closed on exec.
    package init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw JournalError(
                .unavailable,
                what: "cannot make a pipe: \(JournalError.text(errno))",
                remedy: "raise the limit of open files (ulimit -n)"
            )
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Wakes the reader; a full pipe wakes it as well.
    package func writeByte() {
        var byte: UInt8 = 1
        write(writing, &byte, 1)
    }

    /// Takes all bytes that are there.
    package func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(reading, &bytes, bytes.count) > 0 {}
    }

    /// Waits for a byte.
    func waitForByte() {
        _ = waitForByte(or: -1)
    }

    /// Waits for a byte, or until another descriptor is readable; returns whether it was a byte.
    func waitForByte(or other: Int32) -> Bool {
        var events = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&events, nfds_t(events.count), -1) < 0, errno == EINTR {}
        guard events[0].revents != 0 else { return false }
        drain()
        return true
    }
}
