import Glibc

/// One connection through the relay, from a node's address to another node's relay address, that ends
/// at the relay's echo: it shows whether bytes pass.
struct Probe {
    /// Where it dials from and to.
    struct Route: Sendable, Hashable {
        /// The address of the node that dials.
        var fromHost: String
        /// The relay's address of the node that is dialled.
        var toHost: String
        /// The port there.
        var port: Int
    }

    /// What became of a probe's byte.
    enum Outcome: Sendable, Equatable {
        /// It came back.
        case echoed
        /// Nothing came back in the time given.
        case silent
        /// The connection was closed or reset.
        case closed
    }

    let descriptor: Int32
    /// `host:port` that it dials from.
    let source: String
    private let route: Route

    /// Opens a socket at the route's source address; nothing is dialled yet.
    init(_ route: Route) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ProbeError("a probe's socket", errno) }
        do {
            source = try Probe.bound(descriptor, route.fromHost)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.route = route
    }

    /// Dials; on loopback the kernel answers at once, whether the link is cut or not.
    func dial() throws {
        var address = try Probe.address(route.toHost, route.port)
        guard Probe.withSockaddr(&address, { connect(descriptor, $0, $1) }) == 0 else {
            throw ProbeError("a probe's connection to \(route.toHost):\(route.port)", errno)
        }
    }

    /// Sends one byte; an error shows when the outcome is read.
    func send() {
        var byte: UInt8 = 1
        _ = Glibc.send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    /// Takes what has arrived: nil while nothing has.
    func outcome() -> Outcome? {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 { return .echoed }
        if count == 0 { return .closed }
        return errno == EAGAIN || errno == EINTR ? nil : .closed
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Binds to a free port of `host` and returns `host:port`.
    private static func bound(_ descriptor: Int32, _ host: String) throws -> String {
        var address = try address(host, 0)
        guard withSockaddr(&address, { bind(descriptor, $0, $1) }) == 0 else {
            throw ProbeError("a probe's bind to \(host)", errno)
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { throw ProbeError("a probe's address", errno) }
        return "\(host):\(UInt16(bigEndian: address.sin_port))"
    }

    private static func address(_ host: String, _ port: Int) throws -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw ProbeError("the address \(host)", EINVAL)
        }
        return address
    }

    private static func withSockaddr(
        _ address: inout sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A system call of a probe that failed.
struct ProbeError: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, _ code: Int32) {
        description = "\(what) failed: \(String(cString: strerror(code)))"
    }
}
