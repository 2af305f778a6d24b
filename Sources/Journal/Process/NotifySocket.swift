import CLinux
import Glibc

/// The socket at which processes say that they are ready (`NOTIFY_SOCKET`), with who said it.
///
/// It is a path, so that processes in other network namespaces reach it too.
package struct NotifySocket: ~Copyable, Sendable {
    /// The most bytes of one message that are read.
    private static let bytesMax = 4096

    /// Readable when a message is there.
    package let descriptor: Int32
    /// Where it is bound.
    package let path: String

    /// What a process said.
    package struct Message: Sendable, Hashable {
        /// The process, in this process's namespace; 0 where it is in one that is not seen here.
        package var pid: Int32
        /// The lines `KEY=value`.
        package var lines: [String]
    }

    /// Binds the socket.
    package init(path: String) throws {
        let address = try SocketAddress(path)
        let descriptor = SocketAddress.datagramSocket()
        guard descriptor >= 0, address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            let problem = errno
            if descriptor >= 0 { close(descriptor) }
            throw JournalError(
                .unavailable,
                what: "cannot bind \(path): \(JournalError.text(problem))",
                remedy: "check that its directory is there and writable"
            )
        }
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, &yes, size)
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    /// The next message, or nil where none is waiting.
    package func receive() -> Message? {
        var space = [UInt8](repeating: 0, count: Self.bytesMax)
        var pid: Int32 = 0
        let flags = Int32(MSG_DONTWAIT)
        let count = ordeal_receive_with_pid(descriptor, &space, space.count, flags, &pid)
        guard count >= 0 else { return nil }
        let lines = String(decoding: space[..<Int(count)], as: UTF8.self).split(separator: "\n")
        return Message(pid: pid, lines: lines.map(String.init))
    }
}
