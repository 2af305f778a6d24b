import Glibc

/// TCP sockets of the loopback interface.
enum Socket {
    static func open() throws -> Int32 {
        let socket = Glibc.socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard socket >= 0 else { throw BenchError.system("cannot open a socket") }
        return socket
    }

    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Connects; nil where nobody listens.
    static func connect(port: UInt16) throws -> Int32? {
        let socket = try open()
        var address = loopback(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            return nil
        }
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        return socket
    }

    /// Connects as soon as somebody listens.
    ///
    /// - Throws: where nobody does within 20 s.
    static func connectSoon(port: UInt16, everyMicroseconds: UInt32 = 1000) throws -> Int32 {
        let end = Clock.now() + 20_000_000_000
        while Clock.now() < end {
            if let socket = try connect(port: port) { return socket }
            usleep(everyMicroseconds)
        }
        throw BenchError("nobody listens at 127.0.0.1:\(port) after 20 s; see the server's log")
    }

    static func makeNonBlocking(_ socket: Int32) {
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
    }

    /// How many established connections were accepted at a port, by anybody on this machine.
    static func accepted(at port: UInt16) -> Int {
        let local = ":" + hexadecimal(port)
        return ["/proc/net/tcp", "/proc/net/tcp6"].reduce(0) { sum, path in
            let lines = Machine.text(of: path).split(separator: "\n").dropFirst()
            return sum
                + lines.count { line in
                    let parts = line.split(separator: " ")
                    return parts.count > 3 && parts[1].hasSuffix(local) && parts[3] == "01"
                }
        }
    }

    private static func hexadecimal(_ port: UInt16) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
