import Glibc
import Messaging

/// A plain blocking socket to a server on this machine, with a bound on each wait.
final class Socket {
    /// What could not be done.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: Int32
    private var framer = LineFramer(lineBytesMax: 1 << 24)
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Connects from an address of this machine.
    ///
    /// - Throws: a `Failure` where that is refused.
    init(_ address: Address, from source: String? = nil, waitSeconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: errno \(errno)") }
        var wait = timeval(tv_sec: waitSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &wait, size)
        }
        if let source {
            var near = Self.socketAddress(source, 0)
            _ = withUnsafePointer(to: &near) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var far = Self.socketAddress(address.host, address.port)
        let result = withUnsafePointer(to: &far) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let reason = errno
            close(descriptor)
            throw Failure(
                description: "connect to \(address): \(String(cString: strerror(reason)))"
            )
        }
    }

    deinit { close(descriptor) }

    private static func socketAddress(_ host: String, _ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return address
    }

    /// Writes all, as far as the other side takes it; says whether it took all.
    @discardableResult
    func write(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more will be written.
    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The connection is reset, not closed in order, when it goes.
    func resetAtEnd() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &option,
            socklen_t(MemoryLayout<linger>.size)
        )
    }

    /// The next line, or nil once the other side has closed.
    ///
    /// - Throws: a `Failure` where nothing comes in time.
    func line() throws -> [UInt8]? {
        while true {
            if let line = framer.next() { return line }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || count < 0 && errno == ECONNRESET { return nil }
            if count < 0 {
                throw Failure(description: "nothing came: \(String(cString: strerror(errno)))")
            }
            framer.append(buffer[..<count])
        }
    }

    /// Reads and forgets until the other side closes; false where it did not in time.
    func drain() -> Bool {
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || count < 0 && errno == ECONNRESET { return true }
            if count < 0 { return false }
        }
    }
}
