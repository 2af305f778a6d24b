import Glibc

/// One connection of the load generator.
final class Client {
    let identity: Identity
    let socket: Int32
    /// Its place among the clients of its load.
    let index: Int
    /// What was read and not understood yet.
    let buffer: UnsafeMutablePointer<UInt8>
    var buffered = 0
    /// What is to be written.
    var out: [UInt8] = []
    var written = 0
    var isArmed = false
    let bufferBytes: Int
    /// The number of the last message of each sender that was delivered.
    let delivered: UnsafeMutablePointer<Int>
    /// Deliveries, and those of them that were acknowledged.
    var count = 0
    var acknowledged = 0
    var beats = 0
    /// Messages that were repeated, or came before their turn.
    var disorder = 0

    init(
        _ identity: Identity,
        index: Int,
        socket: Int32,
        senders: Int,
        bufferBytes: Int = 1 << 18
    ) {
        self.bufferBytes = bufferBytes
        self.identity = identity
        self.index = index
        self.socket = socket
        buffer = .allocate(capacity: bufferBytes)
        delivered = .allocate(capacity: max(1, senders))
        delivered.initialize(repeating: 0, count: max(1, senders))
    }

    deinit {
        close(socket)
        buffer.deallocate()
        delivered.deallocate()
    }

    /// Says each step and reads until its answer; waits at most 20 s.
    func introduce(_ steps: [Step]) throws {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        for step in steps {
            guard step.say.isEmpty || write(socket, step.say, step.say.count) == step.say.count
            else { throw BenchError.system("\(identity.name) cannot write") }
            while true {
                if let end = place(of: step.until) {
                    buffered -= end
                    memmove(buffer, buffer + end, buffered)
                    break
                }
                let room = bufferBytes - buffered
                let got = room > 0 ? read(socket, buffer + buffered, room) : 0
                guard got > 0 else {
                    let heard = UnsafeBufferPointer(start: buffer, count: min(buffered, 300))
                    throw BenchError(
                        "\(identity.name) waits for \(String(decoding: step.until, as: UTF8.self)) in vain; "
                            + "heard: \(String(decoding: heard, as: UTF8.self))"
                    )
                }
                buffered += got
            }
        }
        Socket.makeNonBlocking(socket)
    }

    /// Where the first occurrence of a text ends.
    private func place(of text: [UInt8]) -> Int? {
        guard !text.isEmpty else { return 0 }
        guard text.count <= buffered else { return nil }
        return (0...(buffered - text.count))
            .first { memcmp(buffer + $0, text, text.count) == 0 }
            .map { $0 + text.count }
    }

    /// Writes as much as the system takes.
    func flush() throws {
        while written < out.count {
            let count = out.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                return write(socket, start + written, bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return }
            guard count > 0 else { throw BenchError.system("\(identity.name) cannot write") }
            written += count
        }
        out.removeAll(keepingCapacity: true)
        written = 0
    }
}
