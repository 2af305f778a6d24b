import Glibc

/// A stream to journald that is never written to: while it is open, journald does not exit as idle.
///
/// It matters only where journald runs without our configuration; it does no harm elsewhere.
struct KeepAliveStream {
    private let path: String
    private var descriptor: Int32 = -1

    init(path: String) {
        self.path = path
    }

    /// Opens the stream, anew where it was open. Without it journald may exit when idle, and is
    /// then started again: a failure is no error.
    mutating func open() {
        end()
        descriptor = SocketAddress.streamSocket()
        guard descriptor >= 0, let address = try? SocketAddress(path) else { return }
        if address.withPointer({ connect(descriptor, $0, $1) }) == 0 {
            // Identifier, unit, priority, level prefix, and three times no forwarding.
            let header = Array("ordeal\n\n6\n0\n0\n0\n0\n".utf8)
            send(descriptor, header, header.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// Closes the stream.
    mutating func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
