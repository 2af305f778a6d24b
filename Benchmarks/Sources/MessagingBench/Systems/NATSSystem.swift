import Glibc

/// NATS: a message server in Go, at most once.
struct NATSSystem: System {
    let name = "NATS"
    let serversMax = 3
    let wire = NATSWire()

    var version: String { firstLine(of: "nats-server --version") }

    func start(servers: Int, folder: String) throws -> Cluster {
        var cluster = Cluster(processes: [], ports: [])
        let links = try (0..<servers).map { _ in try Machine.freePort() }
        do {
            for index in 0..<servers {
                let port = try Machine.freePort()
                let path = "\(folder)/nats-\(index).conf"
                var text = "listen: \"127.0.0.1:\(port)\"\n"
                if servers > 1 {
                    let routes = links.map { "nats-route://127.0.0.1:\($0)" }
                    text += "server_name: n\(index)\n"
                    text += "cluster { name: bench, listen: \"127.0.0.1:\(links[index])\"\n"
                    text += "routes: [\(routes.joined(separator: ", "))] }\n"
                }
                try Machine.write(text, to: path)
                cluster.processes.append(
                    try ServerProcess(
                        ["nats-server", "-c", path],
                        log: "\(folder)/nats-\(index).log"
                    )
                )
                cluster.ports.append(port)
            }
            for port in cluster.ports { _ = close(try Socket.connectSoon(port: port)) }
            if servers > 1 { Clock.sleep(milliseconds: 1500) }
        } catch {
            cluster.end()
            throw error
        }
        return cluster
    }
}

/// The text protocol of NATS.
struct NATSWire: Wire {
    let window = 2000

    private static let head = Array("MSG ".utf8)

    func introduction(of client: Identity) -> [Step] {
        let subscribe = client.sender == nil ? "SUB bench 1\r\n" : ""
        let options = #"{"verbose":false,"pedantic":false,"echo":true,"name":"\#(client.name)"}"#
        return [
            Step("", until: "INFO "),
            Step("CONNECT \(options)\r\n\(subscribe)PING\r\n", until: "PONG\r\n"),
        ]
    }

    func publish(_ number: Int, of client: Identity, to out: inout [UInt8]) {
        out.append(contentsOf: "PUB bench 64\r\n".utf8)
        Payload.append(sender: client.sender ?? 0, number: number, to: &out)
        out.append(0x0D)
        out.append(0x0A)
    }

    func scan(
        _ bytes: UnsafeBufferPointer<UInt8>,
        out: inout [UInt8],
        take: (UnsafePointer<UInt8>) -> Void
    ) throws -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        var place = 0
        while let found = memchr(start + place, 0x0A, bytes.count - place) {
            let next = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 1
            if memcmp(start + place, Self.head, min(4, next - place)) == 0 {
                guard bytes.count - next >= Payload.count + 2 else { break }
                guard start[next] == Payload.mark else {
                    throw BenchError("NATS delivered what nobody sent")
                }
                take(start + next)
                place = next + Payload.count + 2
            } else {
                if start[place] == UInt8(ascii: "-") {
                    let line = String(decoding: bytes[place..<next], as: UTF8.self)
                    throw BenchError("NATS says \(line)")
                }
                if memcmp(start + place, Array("PING".utf8), min(4, next - place)) == 0 {
                    out.append(contentsOf: "PONG\r\n".utf8)
                }
                place = next
            }
        }
        return place
    }
}
