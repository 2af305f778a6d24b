import Glibc
import Journal

/// A datagram socket in place of journald's: shows what a writer sends.
final class ReceivingSocket: Sendable {
    private let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let result = try SocketAddress(path).withPointer { bind(descriptor, $0, $1) }
        guard result == 0 else {
            throw JournalError(.unavailable, what: "bind \(path): errno \(errno)", remedy: "none")
        }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    }

    deinit {
        close(descriptor)
    }

    /// The next datagram as text, or nil where none comes within five seconds.
    func receive() -> String? {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
