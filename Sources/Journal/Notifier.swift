import Glibc

/// Tells the process's supervisor about its state, as `sd_notify` does.
///
/// It sends to the datagram socket that `NOTIFY_SOCKET` names; where that is not set nobody wants to
/// know and nothing is sent. Source: sd_notify(3).
public enum Notifier {
    /// Says that the process is ready: it accepts work.
    @discardableResult
    public static func ready(status: String? = nil) throws -> Bool {
        try send(status.map { "READY=1\nSTATUS=\($0)" } ?? "READY=1")
    }

    /// Says that the process began to stop.
    @discardableResult
    public static func stopping() throws -> Bool {
        try send("STOPPING=1")
    }

    /// Says in one line what the process is doing.
    @discardableResult
    public static func status(_ text: String) throws -> Bool {
        try send("STATUS=\(text)")
    }

    /// Sends lines of `KEY=value`; returns whether somebody wanted to know.
    ///
    /// - Throws: `JournalError` where the socket is named but cannot be reached.
    @discardableResult
    public static func send(_ text: String) throws -> Bool {
        guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), !path.isEmpty else {
            return false
        }
        let address = try SocketAddress(path)
        let descriptor = SocketAddress.datagramSocket()
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let flags = Int32(MSG_NOSIGNAL)
        let sent = address.withPointer { pointer, length in
            sendto(descriptor, bytes, bytes.count, flags, pointer, length)
        }
        guard sent >= 0 else { throw failure(path, errno) }
        return true
    }

    private static func failure(_ path: String, _ number: Int32) -> JournalError {
        JournalError(
            .notAccepted,
            what: "cannot notify the supervisor at \(path): \(JournalError.text(number))",
            remedy: "check NOTIFY_SOCKET"
        )
    }
}
