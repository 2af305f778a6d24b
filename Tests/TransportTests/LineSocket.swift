import Glibc
import Messaging

/// A plain blocking socket that reads and writes lines, with a bound on each wait.
final class LineSocket {
    private let descriptor: Int32
    private var framer = LineFramer(lineBytesMax: 1 << 24)
    private var hasEnded = false

    struct Failure: Error {
        let what: String
    }

    init(_ address: Address, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBufferBytes {
            setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_RCVBUF,
                &bytes,
                socklen_t(MemoryLayout<Int32>.size)
            )
        }
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &wait,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(UInt16(address.port)).bigEndian
        target.sin_addr.s_addr = inet_addr(address.host)
        let result = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect: errno \(errno)") }
    }

    deinit { close(descriptor) }

    func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes all, as far as the other side takes it.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func endOutput() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The next line, or nil once the other side has closed.
    func line() throws -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let line = framer.next() { return String(decoding: line, as: UTF8.self) }
            if hasEnded { return nil }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 && errno == ECONNRESET { hasEnded = true }
            if count < 0 && !hasEnded { throw Failure(what: "no line within 10 s: errno \(errno)") }
            if count == 0 { hasEnded = true }
            if count > 0 { framer.append(buffer[..<count]) }
        }
    }
}
