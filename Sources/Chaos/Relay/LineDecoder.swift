import NIOCore

/// Splits the control socket's bytes into lines; one longer than 4 MiB is an error.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    private static let lineBytesMax = 4 << 20

    mutating func decode(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.readableBytes <= Self.lineBytesMax else {
                throw RelayError(what: "a control line is longer than 4 MiB", underlying: "")
            }
            return .needMoreData
        }
        let length = end - buffer.readerIndex
        if let line = buffer.readSlice(length: length) {
            buffer.moveReaderIndex(forwardBy: 1)
            context.fireChannelRead(wrapInboundOut(line))
        }
        return .continue
    }
}
