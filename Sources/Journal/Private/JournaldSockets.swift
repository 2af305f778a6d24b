import CLinux
import Glibc
import Synchronization

/// The sockets that journald listens on, bound by us: while it is down, senders only wait.
///
/// They are those of systemd-journald@.socket; journald knows each by its path.
struct JournaldSockets: ~Copyable {
    /// In the order in which journald gets them, from descriptor 3.
    let descriptors: [Int32]

    /// The receive and send buffers, as systemd's own unit sets them.
    private static let bufferBytes: Int32 = 8 << 20
    private static let backlog: Int32 = 128

    private enum Kind {
        case stream
        case datagram

        func makeSocket() -> Int32 {
            switch self {
            case .stream: SocketAddress.streamSocket()
            case .datagram: SocketAddress.datagramSocket()
            }
        }
    }

    /// How many records may wait for journald where the system lets us say so; its default of 10 holds up many
    /// writers although journald keeps up. It is systemd's own.
    static let queueMax = 512

    /// Makes and binds them.
    ///
    /// How many datagrams may wait at a socket is a setting of the network in which it is made, while its path is
    /// the same for all of them. So a thread of a network of its own makes them, where that is allowed.
    init(directory: String) throws {
        let result = Outcome()
        let maker = try SystemThread(name: "journal-sockets") {
            Self.raiseQueue()
            result.value.withLock { value in
                value = Result { try Self.make(directory) }
            }
        }
        maker.join()
        guard let outcome = result.value.withLock({ $0 }) else {
            throw Self.failure("make", directory)
        }
        descriptors = try outcome.get()
    }

    private final class Outcome: Sendable {
        let value = Mutex<Result<[Int32], any Error>?>(nil)
    }

    /// Raises the calling thread's limit of datagrams that wait at a socket; false where that is refused.
    ///
    /// The thread is in a network of its own after this.
    @discardableResult
    static func raiseQueue() -> Bool {
        guard ordeal_own_network() == 0 else { return false }
        let setting = open("/proc/sys/net/unix/max_dgram_qlen", O_WRONLY | O_CLOEXEC)
        guard setting >= 0 else { return false }
        defer { close(setting) }
        let text = Array(String(queueMax).utf8)
        return write(setting, text, text.count) == text.count
    }

    private static func make(_ directory: String) throws -> [Int32] {
        var made: [Int32] = []
        do {
            for (name, kind) in [
                ("stdout", Kind.stream), ("socket", Kind.datagram), ("dev-log", Kind.datagram),
            ] {
                let path = "\(directory)/\(name)"
                let address = try SocketAddress(path)
                let descriptor = kind.makeSocket()
                guard descriptor >= 0 else { throw Self.failure("make", path) }
                made.append(descriptor)
                Self.set(descriptor, SO_PASSCRED, 1)
                Self.set(descriptor, SO_PASSSEC, 1)
                Self.set(descriptor, SO_RCVBUF, Self.bufferBytes)
                Self.set(descriptor, SO_SNDBUF, Self.bufferBytes)
                // Only root may go over the system's limit; without it the limit stands.
                Self.set(descriptor, SO_RCVBUFFORCE, Self.bufferBytes)
                guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
                    throw Self.failure("bind", path)
                }
                chmod(path, 0o666)
                if kind == .stream, listen(descriptor, Self.backlog) != 0 {
                    throw Self.failure("listen on", path)
                }
            }
        } catch {
            made.forEach { close($0) }
            throw error
        }
        return made
    }

    deinit {
        descriptors.forEach { close($0) }
    }

    private static func set(_ descriptor: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, option, &value, size)
    }

    private static func failure(_ verb: String, _ path: String) -> JournalError {
        JournalError(
            .unavailable,
            what: "cannot \(verb) \(path): \(JournalError.text(errno))",
            remedy: "check that its directory is there and writable"
        )
    }
}
