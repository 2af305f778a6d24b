import Evidence
import Glibc
import Messaging
import NIOCore
import NIOPosix

/// How sockets are opened.
extension ProtocolShell {
    /// Accepts connections, then tells the core that it started.
    func listen() -> EventLoopFuture<Address?> {
        guard let address = settings.listen else {
            tell(.started)
            return loop.makeSucceededFuture(nil)
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        var bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: waterMark)
            .childChannelInitializer { channel in
                Self.addHandler(to: channel, bound, dial: nil)
            }
        if let keepAlive = settings.keepAlive {
            for (option, value) in Self.keepAliveOptions(keepAlive) {
                bootstrap = bootstrap.childChannelOption(option, value: value)
            }
        }
        return bootstrap.bind(host: address.host, port: address.port)
            .flatMapErrorThrowing { error in
                throw ShellError(
                    "cannot listen at \(address): \(ErrorText.of(error)); choose an address of this machine and a "
                        + "port that is free"
                )
            }
            .map { channel in
                let shell = bound.value
                shell.listener = channel
                shell.tell(.started)
                return Address(host: address.host, port: channel.localAddress?.port ?? address.port)
            }
    }

    /// Connects; the handler tells the core when it succeeded.
    func dial(_ dial: DialID, _ address: Address) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let bootstrap: ClientBootstrap
        do {
            bootstrap = try self.bootstrap(dial, bound)
        } catch {
            let reason = "cannot dial from \(settings.bind ?? "?"): \(ErrorText.of(error))"
            tell(.dialFailed(dial, reason: reason))
            return
        }
        let connected: EventLoopFuture<any Channel>
        if let numeric = try? SocketAddress(ipAddress: address.host, port: address.port) {
            connected = bootstrap.connect(to: numeric)
        } else {
            connected = bootstrap.connect(host: address.host, port: address.port)
        }
        connected.whenFailure { error in
            bound.value.tell(
                .dialFailed(dial, reason: "cannot connect to \(address): \(ErrorText.of(error))")
            )
        }
    }

    private func bootstrap(
        _ dial: DialID,
        _ bound: NIOLoopBound<ProtocolShell<Core>>
    ) throws -> ClientBootstrap {
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(settings.connectTimeout.nanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: waterMark)
            .channelInitializer { channel in
                Self.addHandler(to: channel, bound, dial: dial)
            }
        guard let host = settings.bind else { return bootstrap }
        return bootstrap.bind(to: try SocketAddress(ipAddress: host, port: 0))
    }

    /// Three questions within the time that a silence may last, then the connection is broken.
    private static func keepAliveOptions(
        _ silence: Duration
    ) -> [(ChannelOptions.Types.SocketOption, Int)] {
        let seconds = Int(max(1, min(silence.milliseconds / 1000, 3600)))
        return [
            (ChannelOptions.socketOption(.so_keepalive), 1),
            (ChannelOptions.tcpOption(.init(rawValue: TCP_KEEPIDLE)), seconds),
            (ChannelOptions.tcpOption(.init(rawValue: TCP_KEEPINTVL)), max(1, seconds / 3)),
            (ChannelOptions.tcpOption(.init(rawValue: TCP_KEEPCNT)), 3),
        ].map { ($0.0, ChannelOptions.Types.SocketOption.Value($0.1)) }
    }

    /// Gives a connection the limits of one that has shown who it is.
    func allow(_ id: ConnectionID, _ allowance: Allowance) {
        guard let connection = connections[id], !connection.isClosing else { return }
        connection.handler.lineBytesMax = allowance.lineBytesMax
        let mark = ChannelOptions.Types.WriteBufferWaterMark(
            low: max(1, allowance.pendingBytesMax / 2),
            high: max(1, allowance.pendingBytesMax)
        )
        // It fails only on a channel that is closed already.
        try? connection.channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
    }

    func setReading(_ id: ConnectionID, _ reads: Bool) {
        guard let connection = connections[id] else { return }
        try? connection.channel.syncOptions?.setOption(.autoRead, value: reads)
    }

    private var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        ChannelOptions.Types.WriteBufferWaterMark(
            low: max(1, settings.pendingBytesMax / 2),
            high: max(1, settings.pendingBytesMax)
        )
    }

    private static func addHandler(
        to channel: any Channel,
        _ bound: NIOLoopBound<ProtocolShell<Core>>,
        dial: DialID?
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let handler = ConnectionHandler(shell: bound.value, dial: dial)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }
}
