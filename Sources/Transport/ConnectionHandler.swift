import Messaging
import NIOCore

/// One connection's end of the pipeline: bytes in, whole lines to the shell.
final class ConnectionHandler<Core: ProtocolCore>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let shell: ProtocolShell<Core>
    private let dial: DialID?
    private var id: ConnectionID?
    private var framer: LineFramer
    private var failure: String?

    init(shell: ProtocolShell<Core>, dial: DialID?) {
        self.shell = shell
        self.dial = dial
        framer = LineFramer(lineBytesMax: shell.settings.lineBytesMax)
    }

    /// The most bytes of one line, its end not counted.
    var lineBytesMax: Int {
        get { framer.lineBytesMax }
        set { framer.lineBytesMax = newValue }
    }

    func channelActive(context: ChannelHandlerContext) {
        id = shell.opened(context.channel, self, dial: dial)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let id, shell.listens(to: id) else { return }
        let buffer = unwrapInboundIn(data)
        buffer.withUnsafeReadableBytes { framer.append($0) }
        var lines: [[UInt8]] = []
        while let line = framer.next() { lines.append(line) }
        shell.received(id, lines, isTooLong: framer.isTooLong)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            inputEnded()
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard let id, !context.channel.isWritable else { return }
        shell.lost(id, .tooMuchPending)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = ErrorText.of(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard let id else { return }
        self.id = nil
        shell.gone(id, failure.map { .failed($0) } ?? .ended)
    }

    private func inputEnded() {
        guard let id else { return }
        shell.inputEnded(id, rest: framer.finish())
    }
}
