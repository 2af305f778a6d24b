import Glibc
import Journal
import Synchronization

/// A datagram socket in place of journald's: keeps what writers send as fields.
final class JournalStandIn: Sendable {
    typealias Fields = [String: String]

    let path: String
    private let descriptor: Int32
    private let state: Shared
    private let thread: SystemThread

    private final class Shared: Sendable {
        let records = Mutex<[Fields]>([])
        let isOver = Mutex(false)
    }

    init(path: String) throws {
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard try SocketAddress(path).withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            throw JournalError(.unavailable, what: "bind \(path): errno \(errno)", remedy: "none")
        }
        let state = Shared()
        self.path = path
        self.descriptor = descriptor
        self.state = state
        thread = try SystemThread(name: "journal") {
            var bytes = [UInt8](repeating: 0, count: 1 << 18)
            while !state.isOver.withLock(\.self) {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard count > 0 else { continue }
                let fields = Self.fields(bytes[..<count])
                state.records.withLock { $0.append(fields) }
            }
        }
    }

    deinit {
        state.isOver.withLock { $0 = true }
        // Wakes the thread.
        shutdown(descriptor, Int32(SHUT_RDWR))
        thread.join()
        close(descriptor)
    }

    /// What was written so far, where the event has this name.
    func records(_ event: String) -> [Fields] {
        state.records.withLock { $0.filter { $0["ORDEAL_EVENT"] == event } }
    }

    /// Waits until `count` such records are there, at most five seconds.
    func wait(_ event: String, count: Int) async throws -> [Fields] {
        for _ in 0..<1_000 {
            let found = records(event)
            if found.count >= count { return found }
            try await Task.sleep(for: .milliseconds(5))
        }
        return records(event)
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) -> Fields {
        var fields: Fields = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: line[..<equals], as: UTF8.self)
            fields[name] = String(decoding: line[line.index(after: equals)...], as: UTF8.self)
        }
        return fields
    }
}
