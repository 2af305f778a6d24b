import NIOCore

/// Tells a relay connection what happens on one of its two channels. No policy.
final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let side: RelayConnection.Side
    private let connection: RelayConnection
    private var hasFailed = false

    init(side: RelayConnection.Side, connection: RelayConnection) {
        self.side = side
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.received(side, unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.ended(side, isFailure: hasFailed)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.writabilityChanged(side)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            connection.halfClosed(side)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        context.close(promise: nil)
    }
}
