import Glibc

/// Ours: `ordeal-node`, without a journal.
struct OrdealSystem: System {
    /// The path of the program.
    let program: String
    /// The time after which a silent client no longer counts.
    var hold = "2s"

    let name = "Ordeal"
    let serversMax = 3
    let wire = OrdealWire()

    /// Clients that do nothing send no heartbeats either.
    var forIdleClients: OrdealSystem {
        var system = self
        system.hold = "60s"
        return system
    }

    var version: String { "ordeal-node \(firstLine(of: "\(program) --version"))" }

    func start(servers: Int, folder: String) throws -> Cluster {
        var cluster = Cluster(processes: [], ports: [])
        do {
            for index in 0..<servers {
                let port = try Machine.freePort()
                var arguments = [
                    program, "--listen", "127.0.0.1:\(port)", "--name", "server.\(index + 1)",
                    "--secret", "bench", "--hold", hold, "--max-line-rate", "100000000",
                    // Logins are not measured, and who waits for a hundred others is silent meanwhile.
                    "--hash-cost", "1",
                ]
                if let first = cluster.ports.first {
                    arguments += ["--remote", "127.0.0.1:\(first)"]
                }
                cluster.processes.append(
                    try ServerProcess(arguments, log: "\(folder)/ordeal-\(index).log")
                )
                cluster.ports.append(port)
                close(try Socket.connectSoon(port: port))
            }
            try awaitMesh(cluster)
        } catch {
            cluster.end()
            throw error
        }
        return cluster
    }

    /// Each two super-peers have one connection; a peer has one to its supervisor alone.
    private func awaitMesh(_ cluster: Cluster) throws {
        let wanted = cluster.ports.count * (cluster.ports.count - 1) / 2
        let end = Clock.now() + 30_000_000_000
        while cluster.ports.reduce(0, { $0 + Socket.accepted(at: $1) }) < wanted {
            guard Clock.now() < end else {
                throw BenchError("the servers of Ordeal are not all super-peers after 30 s")
            }
            Clock.sleep(milliseconds: 50)
        }
        // The others hear of a link by the next announcement, every quarter of `hold`.
        if wanted > 0 { Clock.sleep(milliseconds: 1000) }
    }
}

/// The protocol of docs/client-protocol.md with its extensions: sends and deliveries are acknowledged,
/// repeats dropped, order kept.
struct OrdealWire: Wire {
    let window = 2000
    let echoes = true
    /// A quarter of `hold`.
    let beatEvery: Int64? = 500_000_000

    private static let afterName = Array(#"","authenticated_user":""#.utf8)
    private static let end = Array(#""}}"#.utf8)
    /// From the end of a line to its payload.
    private static let payloadFromEnd = Payload.count + afterName.count + 6 + end.count

    func introduction(of client: Identity) -> [Step] {
        let who = #""username":"\#(client.name)","secret":"s-\#(client.name)""#
        let ours =
            #""extensions":1,"client":"c\#(client.name)","stream":"\#(client.name)s","acknowledged":0"#
        return [
            Step(#"{"command":"REGISTER",\#(who)}"# + "\n", until: #"REGISTER_SUCCESS"#),
            Step(#"{"command":"LOGIN",\#(who),\#(ours)}"# + "\n", until: "LOGIN_SUCCESS"),
        ]
    }

    func publish(_ number: Int, of client: Identity, to out: inout [UInt8]) {
        out.append(contentsOf: #"{"command":"ACTIVITY_MESSAGE","username":""#.utf8)
        out.append(contentsOf: client.name.utf8)
        out.append(contentsOf: #"","secret":"s-"#.utf8)
        out.append(contentsOf: client.name.utf8)
        out.append(contentsOf: #"","stream":""#.utf8)
        out.append(contentsOf: client.name.utf8)
        out.append(contentsOf: #"s","number":"#.utf8)
        out.append(contentsOf: String(number).utf8)
        out.append(contentsOf: #","activity":{"body":""#.utf8)
        Payload.append(sender: client.sender ?? 0, number: number, to: &out)
        out.append(contentsOf: "\"}}\n".utf8)
    }

    func scan(
        _ bytes: UnsafeBufferPointer<UInt8>,
        out: inout [UInt8],
        take: (UnsafePointer<UInt8>) -> Void
    ) throws -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        var place = 0
        while let found = memchr(start + place, 0x0A, bytes.count - place) {
            let end = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            // `{"command":"ACTIVITY_BROADCAST"`: no other command has a B there.
            if end - place > 100, start[place + 21] == UInt8(ascii: "B") {
                let payload = start + end - Self.payloadFromEnd
                guard payload[0] == Payload.mark else {
                    throw BenchError(
                        "Ordeal delivered what nobody sent: \(text(bytes[place..<end]))"
                    )
                }
                take(payload)
            } else {
                let line = text(bytes[place..<end])
                for bad in ["INVALID_MESSAGE", "AUTHENTICATION_FAIL", "LOGIN_FAILED", "REDIRECT"]
                where line.hasPrefix("{\"command\":\"\(bad)") {
                    throw BenchError("Ordeal says \(line)")
                }
            }
            place = end + 1
        }
        return place
    }

    func acknowledge(_ count: Int, to out: inout [UInt8]) {
        out.append(contentsOf: "{\"command\":\"DELIVERY_ACK\",\"count\":\(count)}\n".utf8)
    }

    func beat(_ number: Int, to out: inout [UInt8]) {
        out.append(contentsOf: "{\"command\":\"HEARTBEAT\",\"number\":\(number)}\n".utf8)
    }

    private func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
