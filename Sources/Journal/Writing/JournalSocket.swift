import CLinux
import Evidence
import Glibc

/// A blocking datagram socket to journald's native socket.
///
/// It is never connected: each send names the path again, so that a daemon that comes back on a
/// new socket at the same path is found.
struct JournalSocket: ~Copyable {
    /// How long one send may wait for a daemon that reads nothing.
    static let blockedSecondsMax = 20
    /// How long a send is tried again while there is no daemon at the path.
    static let absenceMax: Duration = .seconds(10)
    /// The pause between two tries.
    static let retryMicroseconds: UInt32 = 1_000

    private let descriptor: Int32
    private let address: SocketAddress
    private let path: String

    init(path: String) throws {
        let address = try SocketAddress(path)
        let descriptor = SocketAddress.datagramSocket()
        guard descriptor >= 0 else {
            throw JournalError(
                .notAccepted,
                what: "cannot make a socket for the journal: \(JournalError.text(errno))",
                remedy: "raise the limit of open files (ulimit -n)"
            )
        }
        self.path = path
        self.address = address
        self.descriptor = descriptor
        var limit = timeval(tv_sec: Self.blockedSecondsMax, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
    }

    deinit {
        close(descriptor)
    }

    /// Sends one datagram; returns once the journal's socket has accepted it.
    ///
    /// - Throws: `JournalError` once a bound is over. The datagram was then not accepted.
    func send(_ bytes: [UInt8]) throws {
        let began = MonotonicClock.now()
        var asFile = false
        while true {
            let problem = asFile ? try sendFile(bytes) : sendDatagram(bytes)
            switch problem {
            case 0:
                return
            case EINTR:
                continue
            case EMSGSIZE where !asFile, ENOBUFS where !asFile:
                asFile = true
            case ECONNREFUSED, ENOENT, ENOBUFS, EPIPE:
                guard MonotonicClock.now() - began < Self.absenceMax else {
                    throw refusal("it was away for \(Self.absenceMax)", problem)
                }
                usleep(Self.retryMicroseconds)
            case EAGAIN:
                throw refusal("it took nothing for \(Self.blockedSecondsMax) s", problem)
            default:
                throw refusal("the system refused", problem)
            }
        }
    }

    private func sendDatagram(_ bytes: [UInt8]) -> Int32 {
        address.withPointer { pointer, length in
            let flags = Int32(MSG_NOSIGNAL)
            return sendto(descriptor, bytes, bytes.count, flags, pointer, length) >= 0 ? 0 : errno
        }
    }

    /// A record too big for a datagram travels as a sealed memory file.
    private func sendFile(_ bytes: [UInt8]) throws -> Int32 {
        let file = ordeal_memfd("ordeal-record")
        guard file >= 0 else { return errno }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { space in
                Glibc.write(file, space.baseAddress?.advanced(by: written), bytes.count - written)
            }
            guard count > 0 else { return count == 0 ? EIO : errno }
            written += count
        }
        guard ordeal_memfd_seal(file) == 0 else { return errno }
        return address.withPointer { pointer, length in
            ordeal_send_descriptor(descriptor, pointer, length, file) == 0 ? 0 : errno
        }
    }

    private func refusal(_ why: String, _ number: Int32) -> JournalError {
        JournalError(
            .notAccepted,
            what: "the journal at \(path) did not accept a record: \(why) "
                + "(\(JournalError.text(number)))",
            remedy: "check that the run's journald is alive; the evidence ends here"
        )
    }
}
