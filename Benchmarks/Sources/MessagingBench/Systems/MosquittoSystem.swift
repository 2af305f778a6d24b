/// Eclipse Mosquitto: an MQTT broker, here with QoS 0 (at most once, nothing acknowledged).
struct MosquittoSystem: System {
    let name = "mosquitto"
    // Bridged brokers pass messages on by topic, which is another system: it is measured alone.
    let serversMax = 1
    let wire = MQTTWire()

    var version: String { firstLine(of: "mosquitto -h") }

    func start(servers: Int, folder: String) throws -> Cluster {
        let port = try Machine.freePort()
        let path = "\(folder)/mosquitto.conf"
        // Without the limit of 1000 it drops messages of a full window.
        try Machine.write(
            """
            listener \(port) 127.0.0.1
            allow_anonymous true
            max_queued_messages 0
            set_tcp_nodelay true
            log_type error

            """,
            to: path
        )
        let log = "\(folder)/mosquitto.log"
        return Cluster(
            processes: [try ServerProcess(["mosquitto", "-c", path], log: log)],
            ports: [port]
        )
    }
}

/// MQTT 3.1.1, QoS 0.
struct MQTTWire: Wire {
    let window = 500

    private static let topic = Array("bench".utf8)

    func introduction(of client: Identity) -> [Step] {
        let protocolName: [UInt8] = [0, 4] + Array("MQTT".utf8) + [4, 2, 0, 0]
        let connect = protocolName + Self.text(Array(client.name.utf8))
        var steps = [Step(say: Self.packet(0x10, connect), until: [0x20, 2, 0, 0])]
        if client.sender == nil {
            let subscribe: [UInt8] = [0, 1] + Self.text(Self.topic) + [0]
            steps.append(Step(say: Self.packet(0x82, subscribe), until: [0x90, 3, 0, 1, 0]))
        }
        return steps
    }

    func publish(_ number: Int, of client: Identity, to out: inout [UInt8]) {
        out.append(0x30)
        out.append(UInt8(2 + Self.topic.count + Payload.count))
        out.append(0)
        out.append(UInt8(Self.topic.count))
        out.append(contentsOf: Self.topic)
        Payload.append(sender: client.sender ?? 0, number: number, to: &out)
    }

    func scan(
        _ bytes: UnsafeBufferPointer<UInt8>,
        out: inout [UInt8],
        take: (UnsafePointer<UInt8>) -> Void
    ) throws -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        var place = 0
        while bytes.count - place >= 2 {
            // No packet of this load has 128 bytes or more, so lengths are one byte.
            let length = Int(start[place + 1])
            guard length < 0x80 else { throw BenchError("mosquitto sent an unexpected packet") }
            guard bytes.count - place >= 2 + length else { break }
            if start[place] & 0xF0 == 0x30 {
                let payload = start + place + 2 + length - Payload.count
                guard length > Payload.count, payload[0] == Payload.mark else {
                    throw BenchError("mosquitto delivered what nobody sent")
                }
                take(payload)
            }
            place += 2 + length
        }
        return place
    }

    private static func text(_ bytes: [UInt8]) -> [UInt8] { [0, UInt8(bytes.count)] + bytes }

    private static func packet(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, UInt8(body.count)] + body
    }
}
