import Foundation
import NIOCore
import NIOPosix

/// The orchestrator's end of a relay's control socket.
public actor RelayClient {
    /// The longest that a request may take.
    private static let patience = TimeAmount.seconds(5)

    private let channel: any Channel
    private let answers: Answers

    /// Connects to the control socket at `path`.
    ///
    /// - Throws: `RelayError` where nobody listens there.
    public init(path: String) async throws {
        let answers = Answers()
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            ByteToMessageHandler(LineDecoder()), AnswerHandler(answers),
                        ])
                    }
                }
                .connect(unixDomainSocketPath: path).get()
        } catch {
            throw RelayError(what: "the relay cannot be reached at \(path)", underlying: "\(error)")
        }
        self.answers = answers
    }

    /// Asks for one thing and waits for the answer, 5 s at most.
    ///
    /// - Throws: `RelayError` where the relay refuses, is gone, or does not answer in time.
    @discardableResult
    public func ask(_ request: RelayRequest) async throws -> RelayResponse {
        var bytes = try JSONEncoder().encode(request)
        bytes.append(UInt8(ascii: "\n"))
        let buffer = ByteBuffer(bytes: bytes)
        let promise = channel.eventLoop.makePromise(of: RelayResponse.self)
        let timeout = channel.eventLoop.scheduleTask(in: Self.patience) {
            promise.fail(RelayError(what: "the relay did not answer within 5 s", underlying: ""))
        }
        let (channel, answers) = (channel, answers)
        channel.eventLoop.execute {
            answers.waiting.append(promise)
            channel.writeAndFlush(buffer).whenFailure { promise.fail($0) }
        }
        defer { timeout.cancel() }
        let response = try await promise.futureResult.get()
        if let failure = response.failure {
            throw RelayError(what: failure, underlying: "")
        }
        return response
    }

    /// Closes the connection.
    public func close() async {
        try? await channel.close()
    }

    /// Who waits for an answer, in order.
    fileprivate final class Answers: @unchecked Sendable {  // Safe because: one event loop uses it.
        var waiting: [EventLoopPromise<RelayResponse>] = []
    }

    private final class AnswerHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let answers: Answers

        init(_ answers: Answers) {
            self.answers = answers
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !answers.waiting.isEmpty else { return }
            let promise = answers.waiting.removeFirst()
            do {
                let line = Data(unwrapInboundIn(data).readableBytesView)
                promise.succeed(try JSONDecoder().decode(RelayResponse.self, from: line))
            } catch {
                promise.fail(error)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            for promise in answers.waiting {
                promise.fail(RelayError(what: "the relay is gone", underlying: ""))
            }
            answers.waiting = []
        }
    }
}
