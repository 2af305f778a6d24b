public import Evidence
import Foundation
import NIOCore
import NIOPosix

/// The relay process: every connection between nodes goes through it, so that links can be cut.
///
/// One listener per node that others dial; the source address tells who dials. It runs on one event
/// loop and ends when it is told to.
public final class RelayServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channels: [any Channel]

    /// Starts a relay: when this returns, every listener accepts connections.
    ///
    /// - Parameters:
    ///   - configuration: who is who.
    ///   - ignoresCuts: a test's switch: cuts are taken and not carried out.
    ///   - record: writes a record; called on the event loop.
    /// - Throws: `RelayError` where an address cannot be bound.
    public static func start(
        _ configuration: RelayConfiguration,
        ignoresCuts: Bool,
        record: @escaping @Sendable (EventKind, FieldValues) -> Void
    ) async throws -> RelayServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let loop = group.next()
            let state = try await loop.submit {
                NIOLoopBound(
                    RelayState(
                        configuration: configuration,
                        loop: loop,
                        ignoresCuts: ignoresCuts,
                        record: record
                    ),
                    eventLoop: loop
                )
            }.get()
            var channels = [try await echo(configuration, group)]
            guard let echoAddress = channels[0].localAddress else {
                throw RelayError(what: "the relay's echo has no address", underlying: "")
            }
            let numbers = RelayNumbers()
            for listener in configuration.listeners {
                channels.append(
                    try await listen(listener, echoAddress, state, numbers, group)
                )
            }
            channels.append(try await control(configuration, state, group))
            return RelayServer(group: group, channels: channels)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Closes every listener and connection.
    public func stop() async {
        for channel in channels {
            try? await channel.close()
        }
        try? await group.shutdownGracefully()
    }

    private init(group: MultiThreadedEventLoopGroup, channels: [any Channel]) {
        self.group = group
        self.channels = channels
    }

    private static func listen(
        _ listener: RelayConfiguration.Listener,
        _ echo: SocketAddress,
        _ state: NIOLoopBound<RelayState>,
        _ numbers: RelayNumbers,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        let target = try SocketAddress(ipAddress: listener.targetHost, port: listener.port)
        return try await bind(
            "the relay's listener for \(listener.node)",
            listener.host,
            listener.port
        ) {
            try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.autoRead, value: false)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let state = state.value
                        let source = channel.remoteAddress
                        let host = source?.ipAddress ?? "?"
                        let port = source?.port ?? 0
                        let isProbe = state.takeProbe(source: "\(host):\(port)")
                        let dialler = state.configuration.nodes[host] ?? host
                        guard dialler != listener.node else {
                            channel.close(promise: nil)
                            return
                        }
                        let connection = RelayConnection(
                            number: numbers.next(),
                            forward: Link(from: dialler, to: listener.node),
                            isProbe: isProbe,
                            target: isProbe ? echo : target,
                            state: state,
                            near: channel
                        )
                        try channel.pipeline.syncOperations.addHandler(
                            RelayHandler(side: .near, connection: connection)
                        )
                        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
                        channel.eventLoop.execute { bound.value.begin() }
                    }
                }
                .bind(host: listener.host, port: listener.port).get()
        }
    }

    private static func echo(
        _ configuration: RelayConfiguration,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        try await bind("the relay's echo", configuration.echoHost, 0) {
            try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(EchoHandler())
                    }
                }
                .bind(host: configuration.echoHost, port: 0).get()
        }
    }

    private static func control(
        _ configuration: RelayConfiguration,
        _ state: NIOLoopBound<RelayState>,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        try await bind("the relay's control socket", configuration.controlPath, 0) {
            try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            ByteToMessageHandler(LineDecoder()),
                            RelayControlHandler(state: state.value),
                        ])
                    }
                }
                .bind(unixDomainSocketPath: configuration.controlPath).get()
        }
    }

    private static func bind(
        _ what: String,
        _ host: String,
        _ port: Int,
        _ body: () async throws -> any Channel
    ) async throws -> any Channel {
        do {
            return try await body()
        } catch {
            throw RelayError(
                what: "\(what) cannot listen on \(port == 0 ? host : "\(host):\(port)")",
                underlying: "\(error)"
            )
        }
    }
}

/// Numbers the connections of a relay; used on its event loop only.
private final class RelayNumbers: @unchecked Sendable {  // Safe because: one event loop uses it.
    private var last = 0

    func next() -> Int {
        last += 1
        return last
    }
}
