/// What one datagram to the notify socket says: lines of `KEY=value`, as sd_notify(3) has them.
struct Notification: Sendable, Hashable {
    /// The process says that it is ready.
    var isReady = false
    /// What it says that it is doing.
    var status: String?

    /// The longest status that is kept, in bytes.
    static let statusBytesMax = 256

    init(isReady: Bool = false, status: String? = nil) {
        self.isReady = isReady
        self.status = status
    }

    /// Reads a datagram; what is not known is passed over.
    init(_ bytes: some Sequence<UInt8>) {
        for line in Array(bytes).split(separator: UInt8(ascii: "\n")) {
            if line.elementsEqual("READY=1".utf8) {
                isReady = true
            } else if line.starts(with: "STATUS=".utf8) {
                let text = line.dropFirst("STATUS=".utf8.count).prefix(Self.statusBytesMax)
                status = String(decoding: text, as: UTF8.self)
            }
        }
    }
}
