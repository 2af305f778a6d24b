import Evidence
import Messaging

/// What the fuzzer itself says: as a client, as a server that knows the secret, as nobody.
extension ServerTarget {
    private static let users = ["ann", "bob", "eve", "anonymous"]

    /// One of the fuzzer's own connections says something.
    mutating func talk() throws {
        let own = pipes.indices.filter { pipes[$0][0].server == nil && pipes[$0][1].isOpen }
        guard let pipe = mutator.random.pick(own), let server = pipes[pipe][1].server else {
            return try connect()
        }
        let connection = pipes[pipe][1].connection
        // Several in one go, as a packet may hold them.
        for _ in 0...mutator.random.below(3) where pipes[pipe][1].isOpen {
            let line = said(over: pipe)
            outcome.lines += 1
            try tell(server, .received(connection, line: line))
        }
    }

    /// A line is put on its way between two servers that neither of them said.
    mutating func inject() throws {
        let between = pipes.indices.filter { pipe in
            pipes[pipe].allSatisfy { $0.isOpen && $0.server != nil }
        }
        guard let pipe = mutator.random.pick(between) else { return try talk() }
        let side = mutator.random.below(2)
        guard let server = pipes[pipe][side].server else { return }
        let line = mutator.random.below(3) > 0 ? mutator.mutate(mutator.pick()) : mutator.pick()
        outcome.garbled += 1
        try tell(server, .received(pipes[pipe][side].connection, line: line))
    }

    private mutating func said(over pipe: Int) -> [UInt8] {
        let user = Self.users[(pipe + mutator.random.below(10) / 9) % Self.users.count]
        let stream = "c\(pipe).1"
        let isOurs = pipe % 2 == 0
        let place = StreamPlace(stream: stream, number: Int64(1 + mutator.random.below(4)))
        var line: Frame
        switch mutator.random.below(16) {
        case 0...1:
            line = ClientRequest.register(user: user, secret: "x").frame()
        case 2...5:
            let resume = Resume(client: "c\(pipe)", stream: stream, acknowledged: 0)
            let shown = isOurs && user != ClientRequest.anonymous ? resume : nil
            line = ClientRequest.login(user: user, secret: "x", resume: shown).frame()
        case 6...9:
            var object = JSONObject()
            object["n"] = .number(JSONNumber(place.number))
            line =
                ClientRequest.activityMessage(
                    user: user,
                    secret: "x",
                    activity: Activity(object),
                    place: isOurs ? place : nil
                )
                .frame()
        case 10: line = ClientRequest.deliveryAck(count: Int64(mutator.random.below(3))).frame()
        case 11: line = ClientRequest.heartbeat(number: place.number).frame()
        case 12 where mutator.random.below(4) == 0: line = ClientRequest.logout.frame()
        case 13: line = authenticate()
        default: return mutator.mutate(mutator.pick())
        }
        let bytes = Array(line.bytes.dropLast())
        return mutator.random.below(8) == 0 ? mutator.mutate(bytes) : bytes
    }

    /// As a server that knows the secret; what follows is the corpus, as if it were a server.
    private mutating func authenticate() -> Frame {
        var message = WireWriter("AUTHENTICATE")
        message.string("secret", mutator.random.below(6) == 0 ? "wrong" : "s3cret")
        let number = 1 + mutator.random.below(5)
        message.string("id", "server.\(number)~\(mutator.random.below(3))")
        message.address(Self.address(number - 1))
        message.integer("load", Int64(mutator.random.below(5)))
        message.integer("sessions", Int64(mutator.random.below(2)))
        return message.frame()
    }
}
