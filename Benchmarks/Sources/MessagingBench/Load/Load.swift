import CMachine
import Glibc

/// Senders and receivers of one system, driven by one thread.
///
/// Every delivery is checked: the messages of a sender must come in order, each once.
final class Load<W: Wire> {
    let wire: W
    let senders: [Client]
    let receivers: [Client]
    let clients: [Client]
    /// The last number that each sender has sent.
    var published: [Int]
    private let poller: Int32
    private var ready = [UInt32](repeating: 0, count: 256)
    private var nextTick: Int64 = 0
    private var nextBeat: Int64 = 0

    /// `ordeal-client` acknowledges at the 64th delivery, or after 20 ms; so does this.
    private let acknowledgeMax = 64
    private let tick: Int64 = 20_000_000

    /// Connects and introduces everybody. Receivers and senders are spread over the ports, a sender and its
    /// first receiver on different ones.
    init(_ wire: W, ports: [UInt16], senders: Int, receivers: Int, prefix: String) throws {
        self.wire = wire
        func client(_ index: Int, sender: Int?, port: UInt16) throws -> Client {
            let digits = String(index)
            let zeros = String(repeating: "0", count: 3 - digits.count)
            let identity = Identity(name: prefix + zeros + digits, sender: sender)
            let client = Client(
                identity,
                index: index,
                socket: try Socket.connectSoon(port: port),
                senders: senders
            )
            try client.introduce(wire.introduction(of: identity))
            return client
        }
        self.receivers = try (0..<receivers).map {
            try client($0, sender: nil, port: ports[($0 + 1) % ports.count])
        }
        self.senders = try (0..<senders).map {
            try client(receivers + $0, sender: $0, port: ports[$0 % ports.count])
        }
        clients = self.receivers + self.senders
        published = [Int](repeating: 0, count: senders)
        poller = machine_poller()
        for client in clients {
            _ = machine_watch(poller, client.socket, UInt32(client.index), 1, 0)
        }
    }

    deinit {
        close(poller)
    }

    /// Deliveries to receivers so far.
    var delivered: Int { receivers.reduce(0) { $0 + $1.count } }
    /// Deliveries to senders so far.
    var echoed: Int { senders.reduce(0) { $0 + $1.count } }
    /// Deliveries that came twice or out of order.
    var disorder: Int { clients.reduce(0) { $0 + $1.disorder } }

    /// The last number of a sender that every receiver has.
    func deliveredToAll(of sender: Int) -> Int {
        var least = Int.max
        for receiver in receivers { least = min(least, receiver.delivered[sender]) }
        return least
    }

    /// Has a sender send so many more messages.
    func publish(_ count: Int, from sender: Int) throws {
        let client = senders[sender]
        for _ in 0..<count {
            published[sender] += 1
            wire.publish(published[sender], of: client.identity, to: &client.out)
        }
        try flush(client)
    }

    /// Reads what there is, waiting at most so many milliseconds; `each` gets the sender and number of
    /// every delivery to a receiver, and when it was read.
    func turn(waitMilliseconds: Int32, each: (Int, Int, Int64) -> Void) throws {
        let count = machine_wait(poller, &ready, Int32(ready.count), waitMilliseconds)
        if count < 0 && errno != EINTR { throw BenchError.system("cannot wait for the sockets") }
        for index in 0..<max(0, Int(count)) {
            let client = clients[Int(ready[index] & 0x7FFF_FFFF)]
            if ready[index] >> 31 != 0 { try receive(client, each) }
            try flush(client)
        }
        let now = Clock.now()
        if now >= nextTick {
            nextTick = now + tick
            try care(now)
        }
    }

    private func receive(_ client: Client, _ each: (Int, Int, Int64) -> Void) throws {
        let got = read(
            client.socket,
            client.buffer + client.buffered,
            client.bufferBytes - client.buffered
        )
        if got < 0 && (errno == EAGAIN || errno == EINTR) { return }
        guard got > 0 else {
            throw BenchError("the server closed the connection of \(client.identity.name)")
        }
        client.buffered += got
        let now = Clock.now()
        let isReceiver = client.identity.sender == nil
        let delivered = client.delivered
        var count = 0
        var disorder = 0
        let used = try wire.scan(
            UnsafeBufferPointer(start: client.buffer, count: client.buffered),
            out: &client.out
        ) { payload in
            let (sender, number) = Payload.read(payload)
            if number == delivered[sender] &+ 1 {
                delivered[sender] = number
            } else {
                disorder += 1
                delivered[sender] = max(delivered[sender], number)
            }
            count += 1
            if isReceiver { each(sender, number, now) }
        }
        client.count += count
        client.disorder += disorder
        client.buffered -= used
        if used > 0 && client.buffered > 0 {
            memmove(client.buffer, client.buffer + used, client.buffered)
        }
        if client.count - client.acknowledged >= acknowledgeMax { acknowledge(client) }
    }

    private func acknowledge(_ client: Client) {
        wire.acknowledge(client.count, to: &client.out)
        client.acknowledged = client.count
    }

    /// Acknowledges what is left and says that everybody lives.
    private func care(_ now: Int64) throws {
        var beats = false
        if let every = wire.beatEvery, now >= nextBeat {
            nextBeat = now + every
            beats = true
        }
        for client in clients {
            if client.count > client.acknowledged { acknowledge(client) }
            if beats {
                client.beats += 1
                wire.beat(client.beats, to: &client.out)
            }
            try flush(client)
        }
    }

    private func flush(_ client: Client) throws {
        try client.flush()
        let mustArm = !client.out.isEmpty
        guard mustArm != client.isArmed else { return }
        client.isArmed = mustArm
        _ = machine_watch(poller, client.socket, UInt32(client.index), 0, mustArm ? 1 : 0)
    }
}
