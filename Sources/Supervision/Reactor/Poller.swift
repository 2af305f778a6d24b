import CLinux
import Evidence
import Glibc

/// Waits for many descriptors at once (epoll), each with a token of its own.
///
/// A token is never used again, so what is left in a batch of a descriptor that was removed
/// meanwhile is known as such.
struct Poller<Source: Sendable>: Sendable {
    /// What a descriptor is waited for.
    enum Interest {
        /// Something can be read, or the other end is gone.
        case reading
        /// Something can be written.
        case writing
    }

    /// How many events one wait returns at most.
    private static var batch: Int { 256 }

    private let descriptor: Descriptor
    private var sources: [UInt64: Source] = [:]
    private var next: UInt64 = 0

    init() throws {
        descriptor = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), "make an epoll instance")
    }

    /// Adds a descriptor; returns its token.
    mutating func add(_ number: Int32, _ interest: Interest, _ source: Source) throws -> UInt64 {
        next += 1
        var event = epoll_event()
        switch interest {
        case .reading: event.events = UInt32(EPOLLIN.rawValue)
        case .writing: event.events = UInt32(EPOLLOUT.rawValue)
        }
        event.data.u64 = next
        guard epoll_ctl(descriptor.number, EPOLL_CTL_ADD, number, &event) == 0 else {
            throw SupervisionError.system("watch a descriptor", errno)
        }
        sources[next] = source
        return next
    }

    /// Takes a descriptor away; call it before the descriptor is closed.
    mutating func remove(_ number: Int32, _ token: UInt64) {
        guard sources.removeValue(forKey: token) != nil else { return }
        var event = epoll_event()
        epoll_ctl(descriptor.number, EPOLL_CTL_DEL, number, &event)
    }

    /// What a token stands for; nil where it was removed.
    func source(_ token: UInt64) -> Source? { sources[token] }

    /// Waits until something is ready or the time is over; returns the tokens.
    func wait(_ limit: Duration?) -> [UInt64] {
        // Rounded up, so that a timer is due when the wait is over.
        let milliseconds = limit.map { max(0, ($0.nanoseconds + 999_999) / 1_000_000) } ?? -1
        return withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { events in
            let count = epoll_wait(
                descriptor.number,
                events.baseAddress,
                Int32(Self.batch),
                Int32(clamping: milliseconds)
            )
            return count > 0 ? events[..<Int(count)].map(\.data.u64) : []
        }
    }
}
