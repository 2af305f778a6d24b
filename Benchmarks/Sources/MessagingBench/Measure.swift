import Glibc

/// Measures systems.
struct Measure {
    /// Where servers put their files.
    let folder: String
    /// How long each throughput is measured, in seconds.
    let seconds: Double

    /// The rate of messages at which latencies are measured.
    static let latencyRate = 500
    /// The clients of whom the memory of an idle one is told.
    static let idleClients = 1000
    /// Starts of which the median is told.
    static let starts = 9

    /// All shapes of load of one system.
    func run(_ system: some System, _ shapes: [Shape]) throws -> [Row] {
        var rows: [Row] = []
        for (index, shape) in shapes.enumerated() where shape.servers <= system.serversMax {
            let letters = Array("abcdefghijklmnopqrstuvwxyz")
            let row = try run(system, shape, prefix: "b\(letters[index % 26])u")
            Output.say(Texts.line(row))
            rows.append(row)
        }
        return rows
    }

    /// One shape of load, on servers of its own.
    private func run(_ system: some System, _ shape: Shape, prefix: String) throws -> Row {
        let cluster = try system.start(servers: shape.servers, folder: folder)
        defer { cluster.end() }
        let load = try Load(
            system.wire,
            ports: cluster.ports,
            senders: shape.senders,
            receivers: shape.receivers,
            prefix: prefix
        )
        try load.warmUp()
        let latency = try load.latency(perSecond: Self.latencyRate, seconds: 1)
        let throughput = try load.throughput(seconds: seconds, servers: cluster.processes)
        for process in cluster.processes where !process.isRunning {
            throw BenchError("a server of \(system.name) ended during the run; see \(folder)")
        }
        return Row(system: system.name, shape: shape, throughput: throughput, latency: latency)
    }

    /// What a system costs while nothing happens.
    func idle(_ system: some System) throws -> Idle {
        var starts: [Int64] = []
        for _ in 0..<Self.starts {
            let begin = Clock.now()
            let cluster = try system.start(servers: 1, folder: folder)
            starts.append(Clock.now() - begin)
            cluster.end()
        }
        let cluster = try system.start(servers: 1, folder: folder)
        defer { cluster.end() }
        let process = cluster.processes[0]
        Clock.sleep(milliseconds: 300)
        let before = process.proportionalKiB
        let clients = try (0..<Self.idleClients).map { index in
            let digits = String(1000 + index)
            let identity = Identity(name: "id\(digits)", sender: nil)
            let client = Client(
                identity,
                index: index,
                socket: try Socket.connectSoon(port: cluster.ports[0]),
                senders: 1,
                bufferBytes: 1 << 14
            )
            try client.introduce(system.wire.introduction(of: identity))
            return client
        }
        Clock.sleep(milliseconds: 500)
        let after = process.proportionalKiB
        let idle = Idle(
            system: system.name,
            clientKiB: Double(after - before) / Double(clients.count),
            serverKiB: before,
            startMilliseconds: Double(starts.sorted()[starts.count / 2]) / 1e6
        )
        Output.say(Texts.line(idle))
        return idle
    }
}
