import Glibc

/// ngIRCd: an IRC server; nothing is acknowledged.
struct NgircdSystem: System {
    let name = "ngircd"
    let serversMax = 3
    let wire = IRCWire()

    var version: String { firstLine(of: "ngircd --version") }

    func start(servers: Int, folder: String) throws -> Cluster {
        var cluster = Cluster(processes: [], ports: [])
        let ports = try (0..<servers).map { _ in try Machine.freePort() }
        do {
            for index in 0..<servers {
                let path = "\(folder)/ngircd-\(index).conf"
                try Machine.write(configuration(index, ports), to: path)
                cluster.processes.append(
                    try ServerProcess(
                        ["ngircd", "-n", "-f", path],
                        log: "\(folder)/ngircd-\(index).log"
                    )
                )
                cluster.ports.append(ports[index])
            }
            for port in cluster.ports { _ = close(try Socket.connectSoon(port: port)) }
            if servers > 1 { Clock.sleep(milliseconds: 3000) }
        } catch {
            cluster.end()
            throw error
        }
        return cluster
    }

    /// The first server waits for the others, which call it.
    private func configuration(_ index: Int, _ ports: [UInt16]) -> String {
        var text = """
            [Global]
            Name = irc\(index).bench
            Info = bench
            Listen = 127.0.0.1
            Ports = \(ports[index])
            MotdPhrase = bench
            [Limits]
            ConnectRetry = 1
            MaxConnections = 0
            MaxConnectionsIP = 0
            MaxJoins = 0
            MaxPenaltyTime = 0
            PingTimeout = 600
            [Options]
            DNS = no
            Ident = no
            PAM = no

            """
        let others = index == 0 ? Array(ports.indices.dropFirst()) : [0]
        for other in others {
            text += "[Server]\nName = irc\(other).bench\nHost = 127.0.0.1\n"
            text += index == 0 ? "Passive = yes\n" : "Port = \(ports[other])\n"
            text += "MyPassword = bench\nPeerPassword = bench\n"
        }
        return text
    }
}

/// IRC.
struct IRCWire: Wire {
    /// More would fill the 32 KiB that ngircd keeps for a client, and then it drops that client.
    let window = 200

    func introduction(of client: Identity) -> [Step] {
        let nick = client.name
        var steps = [Step("NICK \(nick)\r\nUSER \(nick) 0 * :bench\r\n", until: " 376 ")]
        steps.append(Step("JOIN #bench\r\n", until: " 366 "))
        return steps
    }

    func publish(_ number: Int, of client: Identity, to out: inout [UInt8]) {
        out.append(contentsOf: "PRIVMSG #bench :".utf8)
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
            // Other lines are of joins, and never end in 64 characters that begin with the mark.
            let payload = start + next - 2 - Payload.count
            if next - place > Payload.count + 2, payload[0] == Payload.mark, payload[-1] == 0x3A {
                take(payload)
            } else if start[place] == UInt8(ascii: "P"), start[place + 1] == UInt8(ascii: "I") {
                out.append(contentsOf: "PONG :bench\r\n".utf8)
            } else if start[place] == UInt8(ascii: "E") {
                throw BenchError(
                    "ngircd says \(String(decoding: bytes[place..<next], as: UTF8.self))"
                )
            }
            place = next
        }
        return place
    }
}
