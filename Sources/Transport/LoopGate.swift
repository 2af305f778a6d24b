import NIOCore
import Synchronization

/// The way from other threads back to the event loop, closed before the loop ends.
final class LoopGate: Sendable {
    private let loop: Mutex<(any EventLoop)?>

    init(_ loop: any EventLoop) {
        self.loop = Mutex(loop)
    }

    /// Does something on the loop; nothing once the gate is closed.
    func execute(_ body: @escaping @Sendable () -> Void) {
        loop.withLock { $0?.execute(body) }
    }

    /// Lets nothing through any more.
    func close() {
        loop.withLock { $0 = nil }
    }
}
