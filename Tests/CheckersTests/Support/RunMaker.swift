import Evidence

/// Makes valid runs from a seed: an ideal messaging system with clients, churn and faults.
///
/// The system keeps one inbox a user. A message enters, at one moment between its send and its
/// completion, the inbox of every user connected then; a user is handed its inbox in order.
struct RunMaker {
    private var random: SeededGenerator
    private var run = Run()
    private var now: Int64 = 0
    private var clients: [Client] = []
    private var pending: [Send] = []
    private var faults = 0
    private var operations = 0
    private var serverIncarnation = 0

    private struct Client {
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
        var isGone = false

        var stream: String { "\(node)-\(incarnation)" }
    }

    private struct Send {
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
        for server in ["server.1", "server.2"] {
            spawn(server, 0)
            write(server, 0, .started, [.pid: "1"])
            write(server, 0, .listening, [.server: "127.0.0.1:1"])
            ready(server, 0)
        }
        write("server.1", 0, .peerAdmitted, [.peer: "server.2", .secret: "cluster"])
        for number in 1...random.within(3...5) {
            clients.append(
                Client(
                    node: "client.\(number)",
                    user: number == 3 ? "anonymous" : "u\(number)",
                    resumes: number != 2 && number != 3
                )
            )
        }
        for client in clients.indices {
            spawn(clients[client].node, 0)
            write(client, .started, [.pid: "1"])
            ready(clients[client].node, 0)
            if clients[client].user != "anonymous" {
                register(client, secret: "s", .registerOK)
                register(client, secret: "other", .registerFail)
            }
            login(client)
        }
        write("orchestrator", 0, .phase, [.phase: "workload"])
    }

    private mutating func step() {
        let client = random.below(clients.count)
        switch random.below(24) {
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
        case _: if random.chance(1, in: 3) { cut() }
        }
    }

    private mutating func end() {
        while !pending.isEmpty {
            store()
            complete()
        }
        write("orchestrator", 0, .phase, [.phase: "heal"])
        write("orchestrator", 0, .phase, [.phase: "return"])
        for client in clients.indices { login(client) }
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
        write("server.2", 0, .closed, [.count: "0"])
        exited("server.2", 0, "stopped", nil)
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

    private mutating func login(_ client: Int) {
        guard clients[client].session == nil, !clients[client].isGone else { return }
        operations += 1
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
        guard clients[client].session == nil, !clients[client].isGone,
            clients[client].user != "anonymous"
        else { return }
        operations += 1
        let isWrong = random.chance(1, in: 2)
        let fields: FieldValues = [.operation: "\(operations)", .user: clients[client].user]
        var asked = fields
        asked[.secret] = isWrong ? "wrong" : "s"
        write(client, .login, asked)
        var answer = fields
        answer[.reason] = isWrong ? "wrong-secret" : "cannot-tell"
        write(client, .loginFail, answer)
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
    private mutating func store() {
        guard let place = pending.firstIndex(where: { !$0.isStored }) else { return }
        if random.chance(1, in: 12) {
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
        for client in clients.indices where clients[client].session != nil {
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

    // MARK: Faults

    private mutating func killClient(_ client: Int) {
        guard !clients[client].isGone else { return }
        let node = clients[client].node
        let fault = begin("kill", [.target: node])
        exited(node, clients[client].incarnation, "injected", fault[.fault])
        write("orchestrator", 0, .faultApplied, fault)
        write("orchestrator", 0, .faultVerified, fault)
        // What was not confirmed may come again to the next incarnation.
        if clients[client].session != nil, clients[client].resumes, random.chance(1, in: 2) {
            clients[client].inbox.insert(
                contentsOf: clients[client].delivered.dropFirst(clients[client].confirmed),
                at: 0
            )
        }
        clients[client].session = nil
        clients[client].delivered = []
        if random.chance(1, in: 5), clients.filter({ !$0.isGone }).count > 2 {
            clients[client].isGone = true
            return
        }
        clients[client].incarnation += 1
        clients[client].number = 0
        spawn(node, clients[client].incarnation)
        write(client, .started, [.pid: "2"])
        ready(node, clients[client].incarnation)
        write("orchestrator", 0, .faultHealVerified, fault)
        login(client)
    }

    private mutating func killServer() {
        let fault = begin("kill", [.target: "server.1"])
        exited("server.1", serverIncarnation, "injected", fault[.fault])
        write("orchestrator", 0, .faultApplied, fault)
        write("orchestrator", 0, .faultVerified, fault)
        serverIncarnation += 1
        spawn("server.1", serverIncarnation)
        write("server.1", serverIncarnation, .started, [.pid: "3"])
        ready("server.1", serverIncarnation)
        write("orchestrator", 0, .faultHealVerified, fault)
    }

    private mutating func cut() {
        let links =
            random.chance(1, in: 2)
            ? "server.1 -> server.2, server.2 -> server.1"
            : "\(clients[random.below(clients.count)].node) -> server.2"
        let fault = begin("cut", [.link: links])
        write("orchestrator", 0, .faultApplied, fault)
        write("orchestrator", 0, .faultVerified, fault)
        write("orchestrator", 0, .faultHealed, fault)
        write("orchestrator", 0, .faultHealVerified, fault)
    }

    private mutating func begin(_ kind: String, _ fields: FieldValues) -> FieldValues {
        faults += 1
        var fields = fields
        fields[.fault] = "f\(faults)"
        fields[.faultKind] = kind
        write("orchestrator", 0, .faultIntended, fields)
        return fields
    }

    // MARK: Writing

    private mutating func spawn(_ node: String, _ incarnation: Int) {
        write(
            "orchestrator",
            0,
            .spawned,
            [.target: node, .targetIncarnation: "\(incarnation)", .pid: "9"]
        )
    }

    private mutating func ready(_ node: String, _ incarnation: Int) {
        write(
            "orchestrator",
            0,
            .ready,
            [.target: node, .targetIncarnation: "\(incarnation)"]
        )
    }

    private mutating func exited(_ node: String, _ number: Int, _ cause: String, _ fault: String?) {
        var fields: FieldValues = [
            .target: node, .targetIncarnation: "\(number)", .cause: cause, .status: "0",
            .accepted: "0",
        ]
        fields[.fault] = fault
        write("orchestrator", 0, .exited, fields)
    }

    private mutating func write(_ client: Int, _ event: EventKind, _ fields: FieldValues) {
        write(clients[client].node, clients[client].incarnation, event, fields)
    }

    private mutating func write(
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
