import Foundation
import NIOCore

/// Answers the requests of the control socket, one JSON object a line.
final class RelayControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let state: RelayState

    init(state: RelayState) {
        self.state = state
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let line = Data(unwrapInboundIn(data).readableBytesView)
        let response: RelayResponse
        do {
            response = state.answer(try JSONDecoder().decode(RelayRequest.self, from: line))
        } catch {
            response = RelayResponse(failure: "not a request: \(error)", inForce: [])
        }
        guard var bytes = try? JSONEncoder().encode(response) else {
            context.close(promise: nil)
            return
        }
        bytes.append(UInt8(ascii: "\n"))
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
