import Evidence

/// Makes valid runs from a seed: an ideal messaging system with clients, churn and faults.
///
/// The system keeps one inbox a user. A message enters, at one moment between its send and its
/// completion, the inbox of every user connected then; a user is handed its inbox in order.
struct RunMaker {
    var random: SeededGenerator
    var run = Run()
    var now: Int64 = 0
    var clients: [Client] = []
    var pending: [Send] = []
    var faults = 0
    var operations = 0
    var serverIncarnation = 0
    var servers = Servers()

    struct Client {
        let node: String
        let user: String
        let resumes: Bool
        var incarnation = 0
        var session: String?
        var sessions = 0
        var number: Int64 = 0
        var inbox: [(message: String, digest: String)] = []
        var delivered: [(message: String, digest: String)] = []
        var confirmed = 0
        var hasJoined = false
        var isGone = false
        /// Whether the system took a login of which the client never heard.
        var isCounted = false

        var isUp: Bool { hasJoined && !isGone }
        var stream: String { "\(node)-\(incarnation)" }
    }

    struct Send {
        let client: Int
        let incarnation: Int
        let session: String
        let message: String
        let digest: String
        var isStored = false
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed, stream: "run")
    }

    /// A valid run of some hundred records.
    static func make(seed: UInt64, steps: Int = 160) -> Run {
        var maker = RunMaker(seed: seed)
        maker.begin()
        for _ in 0..<steps {
            maker.step()
        }
        maker.end()
        return maker.run
    }

    // MARK: The course of a run

    private mutating func begin() {
        write("orchestrator", 0, .runStarted, [.plan: "p", .seed: "1", .version: "1"])
        write("orchestrator", 0, .phase, [.phase: "start"])
        beginServers()
        for number in 1...random.within(3...5) {
            clients.append(
                Client(
                    node: "client.\(number)",
                    user: number == 3 ? "anonymous" : "u\(number)",
                    resumes: number != 2 && number != 3
                )
            )
        }
        let late = random.chance(1, in: 2) ? clients.count - 1 : nil
        for client in clients.indices where client != late { join(client) }
        write("orchestrator", 0, .phase, [.phase: "workload"])
        send(0)
        store(fails: true)
    }

    /// A client starts for the first time, at the beginning or in mid-run.
    private mutating func join(_ client: Int) {
        guard !clients[client].hasJoined else { return }
        clients[client].hasJoined = true
        spawn(clients[client].node, 0)
        write(client, .started, [.pid: "1"])
        ready(clients[client].node, 0)
        if clients[client].user != "anonymous" {
            register(client, secret: "s", .registerOK)
            register(client, secret: "other", .registerFail)
        }
        login(client)
    }

    private mutating func step() {
        let client = random.below(clients.count)
        switch random.below(26) {
        case 0..<6: send(client)
        case 6..<9: store()
        case 9..<12: complete()
        case 12..<17: deliver(client)
        case 17: confirm(client)
        case 18: alive(client)
        case 19: random.chance(1, in: 2) ? logout(client) : login(client)
        case 20: denied(client)
        case 21: if random.chance(1, in: 2) { killClient(client) }
        case 22: if random.chance(1, in: 3) { killServer() }
        case 23: changeServers()
        case 24: decide()
        case _: if random.chance(1, in: 3) { cut() } else { join(clients.count - 1) }
        }
    }

    private mutating func end() {
        while !pending.isEmpty {
            store()
            complete()
        }
        write("orchestrator", 0, .phase, [.phase: "heal"])
        write("orchestrator", 0, .phase, [.phase: "return"])
        for client in clients.indices {
            join(client)
            login(client)
        }
        write("orchestrator", 0, .phase, [.phase: "drain"])
        for client in clients.indices { send(client) }
        while !pending.isEmpty {
            store()
            complete()
        }
        for client in clients.indices where clients[client].session != nil {
            alive(client)
            while !clients[client].inbox.isEmpty { deliver(client) }
        }
        write("orchestrator", 0, .drainEnded, [.reason: "quiet", .count: "0"])
        write("orchestrator", 0, .phase, [.phase: "stop"])
        for client in clients.indices where !clients[client].isGone {
            write(client, .closed, [.count: "0"])
            exited(clients[client].node, clients[client].incarnation, "stopped", nil)
        }
        for server in ["server.2", "server.3"] {
            write(server, 0, .closed, [.count: "0"])
            exited(server, 0, "stopped", nil)
        }
        write("server.1", serverIncarnation, .closed, [.count: "0"])
        exited("server.1", serverIncarnation, "stopped", nil)
        write("orchestrator", 0, .barrier, [:])
        write("orchestrator", 0, .closed, [.count: "0"])
    }

    // MARK: What clients do

    private mutating func register(_ client: Int, secret: String, _ outcome: EventKind) {
        operations += 1
        let user = clients[client].user
        let fields: FieldValues = [.operation: "\(operations)", .user: user]
        var asked = fields
        asked[.secret] = secret
        write(client, .register, asked)
        write(client, outcome, fields)
    }

    mutating func login(_ client: Int) {
        guard clients[client].session == nil, clients[client].isUp else { return }
        operations += 1
        clients[client].isCounted = false
        clients[client].sessions += 1
        let session = "\(clients[client].incarnation).\(clients[client].sessions)"
        let fields: FieldValues = [
            .operation: "\(operations)", .user: clients[client].user, .secret: "s",
        ]
        write(client, .login, fields)
        var opened = fields
        opened[.session] = session
        opened[.resumes] = clients[client].resumes ? "yes" : "no"
        write(client, .loginOK, opened)
        clients[client].session = session
        clients[client].delivered = []
        clients[client].confirmed = 0
        if !clients[client].resumes {
            clients[client].inbox = []
        }
    }

    private mutating func logout(_ client: Int) {
        guard let session = clients[client].session else { return }
        let fields: FieldValues = [.user: clients[client].user, .session: session]
        write(client, random.chance(1, in: 2) ? .logout : .sessionEnded, fields)
        clients[client].session = nil
    }

    /// A login that is denied, rightly: a wrong secret, or a server that cannot tell.
    private mutating func denied(_ client: Int) {
        guard clients[client].session == nil, clients[client].isUp,
            clients[client].user != "anonymous"
        else { return }
        operations += 1
        if random.chance(1, in: 3) { return undecided(client) }
        // Whatever an earlier login came to, this one ends it.
        clients[client].isCounted = false
        let isWrong = random.chance(1, in: 2)
        let fields: FieldValues = [.operation: "\(operations)", .user: clients[client].user]
        var asked = fields
        asked[.secret] = isWrong ? "wrong" : "s"
        write(client, .login, asked)
        var answer = fields
        answer[.reason] = isWrong ? "wrong-secret" : "cannot-tell"
        write(client, .loginFail, answer)
    }

    /// A login of which the client never hears whether the system took it.
    private mutating func undecided(_ client: Int) {
        let fields: FieldValues = [.operation: "\(operations)", .user: clients[client].user]
        var asked = fields
        asked[.secret] = "s"
        write(client, .login, asked)
        clients[client].isCounted = random.chance(1, in: 2)
        store()
        var answer = fields
        let isClosed = random.chance(1, in: 2)
        answer[.reason] = isClosed ? "closed" : "time-out"
        if random.chance(3, in: 4) || isClosed {
            write(client, .loginInfo, answer)
        }
        if isClosed {
            clients[client].isCounted = false
        }
    }

    private mutating func send(_ client: Int) {
        guard let session = clients[client].session else { return }
        clients[client].number += 1
        let user = clients[client].user
        let message = "\(user)/\(clients[client].stream)/\(clients[client].number)"
        let digest = Digest(message.utf8).description
        write(
            client,
            .send,
            [.user: user, .message: message, .digest: digest, .session: session]
        )
        pending.append(
            Send(
                client: client,
                incarnation: clients[client].incarnation,
                session: session,
                message: message,
                digest: digest
            )
        )
    }

    /// The oldest message that the system does not have yet enters the inboxes.
    private mutating func store(fails: Bool = false) {
        guard let place = pending.firstIndex(where: { !$0.isStored }) else { return }
        if fails || random.chance(1, in: 12) {
            let failed = pending.remove(at: place)
            guard isRunning(failed) else { return }
            write(
                failed.client,
                .sendFail,
                [.user: clients[failed.client].user, .message: failed.message]
            )
            return
        }
        pending[place].isStored = true
        for client in clients.indices
        where clients[client].session != nil || clients[client].isCounted {
            clients[client].inbox.append((pending[place].message, pending[place].digest))
        }
    }

    private mutating func complete() {
        guard let place = pending.firstIndex(where: \.isStored) else { return }
        let done = pending.remove(at: place)
        guard isRunning(done) else { return }
        let isKnown = random.chance(11, in: 12)
        var fields: FieldValues = [
            .user: clients[done.client].user, .message: done.message,
        ]
        if isKnown, clients[done.client].session == done.session {
            fields[.session] = done.session
        }
        write(done.client, isKnown ? .ack : .sendInfo, fields)
    }

    private func isRunning(_ send: Send) -> Bool {
        clients[send.client].incarnation == send.incarnation && !clients[send.client].isGone
    }

    private mutating func deliver(_ client: Int) {
        guard let session = clients[client].session, !clients[client].inbox.isEmpty else { return }
        let next = clients[client].inbox.removeFirst()
        clients[client].delivered.append(next)
        write(
            client,
            .deliver,
            [
                .user: clients[client].user, .session: session, .message: next.message,
                .digest: next.digest,
            ]
        )
    }

    private mutating func confirm(_ client: Int) {
        guard let session = clients[client].session, clients[client].resumes else { return }
        clients[client].confirmed = clients[client].delivered.count
        write(
            client,
            .confirmed,
            [
                .user: clients[client].user, .session: session,
                .count: "\(clients[client].confirmed)",
            ]
        )
    }

    private mutating func alive(_ client: Int) {
        guard let session = clients[client].session else { return }
        let since = now
        tick()
        write(
            client,
            .alive,
            [.user: clients[client].user, .session: session, .since: "\(since)"]
        )
    }

    // MARK: Writing

    mutating func spawn(_ node: String, _ incarnation: Int) {
        write(
            "orchestrator",
            0,
            .spawned,
            [.target: node, .targetIncarnation: "\(incarnation)", .pid: "9"]
        )
    }

    mutating func ready(_ node: String, _ incarnation: Int) {
        write(
            "orchestrator",
            0,
            .ready,
            [.target: node, .targetIncarnation: "\(incarnation)"]
        )
    }

    mutating func exited(_ node: String, _ number: Int, _ cause: String, _ fault: String?) {
        var fields: FieldValues = [
            .target: node, .targetIncarnation: "\(number)", .cause: cause, .status: "0",
            .accepted: "0",
        ]
        fields[.fault] = fault
        write("orchestrator", 0, .exited, fields)
    }

    mutating func write(_ client: Int, _ event: EventKind, _ fields: FieldValues) {
        write(clients[client].node, clients[client].incarnation, event, fields)
    }

    mutating func write(
        _ node: String,
        _ incarnation: Int,
        _ event: EventKind,
        _ fields: FieldValues
    ) {
        tick()
        run.entries.append(
            Run.Entry(node: node, incarnation: incarnation, time: now, event: event, fields: fields)
        )
    }

    /// Time passes: never less than two nanoseconds, so that a mutation finds room.
    private mutating func tick() {
        now += Int64(random.within(2...4000))
    }
}
