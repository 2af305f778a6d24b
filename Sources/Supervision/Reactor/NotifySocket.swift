import CLinux
import Glibc
import Journal

/// The datagram socket at which an incarnation's processes say that they are ready (sd_notify(3)).
///
/// Each has one of its own, so that a message is known for its also where the sender, a tool in a script,
/// is gone before it is read.
struct NotifySocket {
    /// One datagram and who sent it, by the kernel's word.
    struct Message {
        var pid: Int32
        /// The sender's process group; nil where the sender is gone.
        var group: Int32?
        var notification: Notification
    }

    /// How many datagrams are taken in one turn.
    private static let batch = 64
    private static let bytesMax = 4_096

    /// Its path, `NOTIFY_SOCKET`.
    let path: String
    /// Readable while datagrams wait.
    let descriptor: Descriptor

    init(path: String) throws {
        self.path = path
        let address: SocketAddress
        do {
            address = try SocketAddress(path)
        } catch let error as JournalError {
            throw SupervisionError(
                .unavailable,
                node: nil,
                what: error.what,
                remedy: error.remedy
            )
        }
        let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        descriptor = try Descriptor(socket(AF_UNIX, Int32(kind), 0), "make a socket")
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor.number, SOL_SOCKET, SO_PASSCRED, &yes, size)
        unlink(path)
        let number = descriptor.number
        guard address.withPointer({ bind(number, $0, $1) }) == 0 else {
            throw SupervisionError.system("bind \(path)", errno)
        }
    }

    /// Takes what waits, up to a batch; senders that the kernel does not name are passed over.
    func receive() -> [Message] {
        var messages: [Message] = []
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
        for _ in 0..<Self.batch {
            var pid: Int32 = 0
            let count = ordeal_receive_with_pid(descriptor.number, &bytes, bytes.count, 0, &pid)
            if count < 0 { break }
            if pid <= 0 { continue }
            let group = getpgid(pid)
            messages.append(
                Message(
                    pid: pid,
                    group: group > 0 ? group : nil,
                    notification: Notification(bytes[..<Int(count)])
                )
            )
        }
        return messages
    }
}
