package import Glibc

/// The address of a Unix socket: a path of at most 107 bytes, or `@name` for an abstract one.
package struct SocketAddress: Sendable {
    /// The most bytes that a path may have: `sun_path` less its final zero byte.
    package static let pathBytesMax = 107

    private var address = sockaddr_un()
    private let length: socklen_t

    /// Makes the address of a path.
    package init(_ path: String) throws {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.pathBytesMax else {
            throw JournalError(
                .pathTooLong,
                what: "socket path \(path) has \(bytes.count) bytes, "
                    + "1 to \(Self.pathBytesMax) are possible",
                remedy: "use a shorter directory"
            )
        }
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        withUnsafeMutableBytes(of: &address.sun_path) { space in
            space.copyBytes(from: bytes)
            if isAbstract {
                space[0] = 0
            }
        }
        let pathOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        length = socklen_t(pathOffset + bytes.count + (isAbstract ? 0 : 1))
    }

    /// Calls `body` with the address as the socket calls take it.
    package func withPointer<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        try withUnsafePointer(to: address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, length) }
        }
    }

    /// A new datagram socket, closed on exec; -1 with errno where there is none.
    package static func datagramSocket() -> Int32 {
        socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    /// A new stream socket, closed on exec; -1 with errno where there is none.
    package static func streamSocket() -> Int32 {
        socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }
}
