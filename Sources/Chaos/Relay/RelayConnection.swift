import Evidence
import NIOCore
import NIOPosix

/// One connection through the relay: the accepted side (near) and the dialled one (far).
///
/// It passes bytes on in both directions as the gates of its two links allow. Used on the relay's one
/// event loop only.
final class RelayConnection {
    /// The two ends.
    enum Side {
        /// The connection that was accepted.
        case near
        /// The connection to the target.
        case far

        var other: Side { self == .near ? .far : .near }
    }

    /// How a source of bytes ended.
    private enum End {
        case half
        case closed
        case failed
    }

    /// One direction: what waits, and whether its source has ended.
    private struct Flow {
        var waiting = ByteBuffer()
        var end: End?
        var tamper: LineTamper?
        var endsMidLine = false
    }

    /// In the order of acceptance.
    let number: Int
    /// What flows from the dialling node to the target.
    let forward: Link
    /// What flows back.
    var backward: Link { forward.reversed }

    private let state: RelayState
    private let isProbe: Bool
    private let target: SocketAddress
    private var near: (any Channel)?
    private var far: (any Channel)?
    private var isDialling = false
    private var flows: [Flow] = [Flow(), Flow()]

    init(
        number: Int,
        forward: Link,
        isProbe: Bool,
        target: SocketAddress,
        state: RelayState,
        near: any Channel
    ) {
        self.number = number
        self.forward = forward
        self.isProbe = isProbe
        self.target = target
        self.state = state
        self.near = near
    }

    /// Begins: dials the target, or waits while one of the two links is cut.
    func begin() {
        state.add(self)
        if isCut {
            countConnection()
        }
        gatesChanged()
    }

    /// A fault on one of the links began or ended.
    func gatesChanged() {
        if gate(.near) == .reset || gate(.far) == .reset {
            if far != nil {
                countConnection()
            }
            reset()
        } else if far == nil {
            if gate(.near) == .open, gate(.far) == .open {
                dial()
            }
        } else {
            pump(.near)
            pump(.far)
        }
    }

    func received(_ side: Side, _ buffer: ByteBuffer) {
        let link = link(from: side)
        if state.table.gate(link) == .held {
            isProbe
                ? state.count(link, probes: 1)
                : state.count(link, bytes: Int64(buffer.readableBytes))
        }
        var buffer = buffer
        flows[side.index].waiting.writeBuffer(&buffer)
        pump(side)
    }

    func ended(_ side: Side, isFailure: Bool) {
        set(nil, side)
        flows[side.other.index].waiting.clear()
        flows[side.index].end = isFailure ? .failed : .closed
        if near == nil, far == nil, !isDialling {
            state.remove(self)
        } else {
            pump(side)
        }
    }

    func halfClosed(_ side: Side) {
        flows[side.index].end = .half
        pump(side)
    }

    func writabilityChanged(_ side: Side) {
        steerReading(side.other)
    }

    // MARK: - Passing on

    private var isCut: Bool { gate(.near) != .open || gate(.far) != .open }

    private func link(from side: Side) -> Link { side == .near ? forward : backward }

    private func gate(_ side: Side) -> LinkTable.Gate { state.table.gate(link(from: side)) }

    private func channel(_ side: Side) -> (any Channel)? { side == .near ? near : far }

    private func set(_ channel: (any Channel)?, _ side: Side) {
        switch side {
        case .near: near = channel
        case .far: far = channel
        }
    }

    private func countConnection() {
        for link in [forward, backward] {
            isProbe ? state.count(link, probes: 1) : state.count(link, connections: 1)
        }
    }

    /// Passes on what waits from one side, where its link lets it.
    private func pump(_ source: Side) {
        guard let sink = channel(source.other), far != nil, gate(source) == .open else {
            steerReading(source)
            return
        }
        var flow = flows[source.index]
        flows[source.index].waiting = ByteBuffer()
        let out = tampered(&flow, link(from: source))
        flows[source.index].tamper = flow.tamper
        if out.readableBytes > 0 {
            flows[source.index].endsMidLine =
                out.getInteger(at: out.writerIndex - 1) != UInt8(ascii: "\n")
            sink.writeAndFlush(out, promise: nil)
        }
        switch flow.end {
        case .half: sink.close(mode: .output, promise: nil)
        case .closed: sink.close(mode: .all, promise: nil)
        case .failed: RelayConnection.abort(sink)
        case nil: steerReading(source)
        }
    }

    private func tampered(_ flow: inout Flow, _ link: Link) -> ByteBuffer {
        let fault = isProbe ? nil : state.table.tampering(link)
        if let fault {
            var tamper = flow.tamper ?? LineTamper(isMidLine: flow.endsMidLine)
            var bytes = state.tamper(&tamper, fault, link: link, flow.waiting.readableBytesView)
            flow.tamper = tamper
            if flow.end != nil {
                bytes += flow.tamper?.flush() ?? []
            }
            return ByteBuffer(bytes: bytes)
        }
        guard var tamper = flow.tamper else { return flow.waiting }
        flow.tamper = nil
        return ByteBuffer(bytes: tamper.flush() + Array(flow.waiting.readableBytesView))
    }

    /// Reads from a side only while what it sends can be passed on: a cut link pushes back.
    private func steerReading(_ side: Side) {
        let canRead = far != nil && gate(side) == .open && channel(side.other)?.isWritable == true
        channel(side)?.setOption(.autoRead, value: canRead).whenFailure { _ in }
    }

    // MARK: - Dialling and ending

    private func dial() {
        guard !isDialling, let near else { return }
        isDialling = true
        let bound = NIOLoopBound(self, eventLoop: near.eventLoop)
        ClientBootstrap(group: near.eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RelayHandler(side: .far, connection: bound.value)
                    )
                }
            }
            .connect(to: target)
            .whenComplete { bound.value.dialled($0) }
    }

    private func dialled(_ result: Result<any Channel, any Error>) {
        isDialling = false
        switch result {
        case .success(let channel):
            far = channel
            guard near != nil else {
                pump(.near)
                return
            }
            gatesChanged()
        case .failure:
            reset()
        }
    }

    private func reset() {
        for channel in [near, far].compactMap({ $0 }) {
            RelayConnection.abort(channel)
        }
        near = nil
        far = nil
        state.remove(self)
    }

    private static func abort(_ channel: any Channel) {
        guard let options = channel as? any SocketOptionProvider else {
            channel.close(mode: .all, promise: nil)
            return
        }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            .whenComplete { _ in channel.close(mode: .all, promise: nil) }
    }
}

extension RelayConnection.Side {
    fileprivate var index: Int { self == .near ? 0 : 1 }
}
