import Messaging
import NIOCore

/// How bytes reach sockets: what a step writes is flushed at its end, and the core learns on demand when the
/// machine has taken it.
extension ProtocolShell {
    /// Writes to one connection; nothing happens where it is closed by now.
    func write(
        _ buffer: ByteBuffer,
        to id: ConnectionID,
        promise: EventLoopPromise<Void>? = nil
    ) {
        guard let connection = connections[id], !connection.isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if !connection.hasUnflushed {
            connections[id]?.hasUnflushed = true
            unflushed.append(id)
        }
        connection.channel.write(buffer, promise: promise)
    }

    /// Hands what was written since the last time to the sockets.
    func flush() {
        let ids = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for id in ids {
            guard let connection = connections[id] else { continue }
            connections[id]?.hasUnflushed = false
            connection.channel.flush()
        }
    }

    /// Tells the core once the machine has taken what was written before; never where the connection breaks.
    func confirmWritten(_ id: ConnectionID) {
        let promise = loop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: loop)
        promise.futureResult.whenSuccess { bound.value.isWritten(id) }
        write(ByteBuffer(), to: id, promise: promise)
    }

    /// The core is told in the next turn of the loop, of all connections at once: this may come out of a flush.
    private func isWritten(_ id: ConnectionID) {
        written.append(id)
        guard written.count == 1 else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.execute {
            let ids = bound.value.written
            bound.value.written = []
            bound.value.tell(ids.map { .written($0) })
        }
    }
}
