import Glibc
import Synchronization
import Testing

@testable import Journal

@Suite("The sockets of a private journald", .serialized, .timeLimit(.minutes(1)))
struct JournaldSocketsTests {
    /// What a thread of its own comes to.
    private final class Answer: Sendable {
        let value = Mutex(false)
    }

    /// Whether this machine lets us have a network of our own.
    static let isRaised: Bool = {
        let answer = Answer()
        let thread = try? SystemThread(name: "raise") {
            let isRaised = JournaldSockets.raiseQueue()
            answer.value.withLock { $0 = isRaised }
        }
        thread?.join()
        return answer.value.withLock { $0 }
    }()

    @Test(
        "hundreds of small records may wait for journald before a writer is held up",
        .enabled(if: isRaised)
    )
    func queue() throws {
        let runtime = try RuntimeDirectory.make(run: "sockets")
        defer { runtime.remove() }
        let sockets = try JournaldSockets(directory: runtime.path)
        #expect(sockets.descriptors.count == 3)
        let address = try SocketAddress(runtime.journalSocket)
        var count = 0
        var problem: Int32 = 0
        // From several sockets, since each may only have so many bytes under way.
        for _ in 0..<8 {
            let descriptor = SocketAddress.datagramSocket()
            defer { close(descriptor) }
            let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
            while count <= 2 * JournaldSockets.queueMax {
                let sent = address.withPointer { sendto(descriptor, "x", 1, flags, $0, $1) }
                problem = errno
                guard sent == 1 else { break }
                count += 1
            }
        }
        #expect(problem == EAGAIN)
        #expect(count == JournaldSockets.queueMax + 1)
    }
}
