import Evidence
import Glibc
import Messaging
import Secrets
import Synchronization
import Testing

@testable import Transport

@Suite(.serialized, .timeLimit(.minutes(10))) struct WholeSystemTests {
    /// The records of all processes of a test.
    private final class Evidence: Sendable {
        struct Entry: Sendable {
            let node: String
            let kind: EventKind
            let fields: FieldValues
        }

        private let entries = Mutex<[Entry]>([])
        private let readyNodes = Mutex<Set<String>>([])

        func hooks(_ node: String) -> ShellHooks {
            ShellHooks(
                record: { kind, fields, _ in
                    self.entries.withLock {
                        $0.append(Entry(node: node, kind: kind, fields: fields))
                    }
                },
                ready: { _ = self.readyNodes.withLock { $0.insert(node) } }
            )
        }

        /// The same for a server, with cheap hashes.
        func serverHooks(_ node: String) -> ShellHooks {
            var hooks = hooks(node)
            hooks.hasher = SlowHash(cost: 1)
            return hooks
        }

        var all: [Entry] { entries.withLock { $0 } }
        var ready: Set<String> { readyNodes.withLock { $0 } }
        func count(_ kind: EventKind) -> Int { all.count { $0.kind == kind } }
    }

    private struct TimeOut: Error {
        let what: String
    }

    /// Waits until something is so, at most 30 s.
    private func wait(for what: String, _ isSo: () -> Bool) throws {
        for _ in 0..<1500 {
            if isSo() { return }
            usleep(20_000)
        }
        throw TimeOut(what: what)
    }

    private let host = "127.\(getpid() % 200 + 20).\(getpid() / 200 % 250).1"

    private func server(
        _ number: Int,
        joins: [Address],
        _ evidence: Evidence
    ) throws -> (shell: Shell<ServerCore>, address: Address) {
        let address = Address(host: host, port: 40_000 + number)
        var configuration = ServerConfiguration(
            name: "server.\(number)",
            address: address,
            remotes: joins,
            secret: "shared"
        )
        configuration.hold = .milliseconds(1000)
        let settings = ShellSettings(listen: address)
        let hooks = evidence.serverHooks("server.\(number)")
        return (
            try Shell.launch(ServerCore(configuration: configuration), settings, hooks), address
        )
    }

    private func client(
        _ number: Int,
        _ servers: [Address],
        isStock: Bool,
        _ evidence: Evidence
    ) throws -> Shell<WorkloadCore> {
        var client = ClientConfiguration(
            user: "user-\(number)",
            secret: "secret \(number)",
            client: "client.\(number)",
            servers: servers
        )
        client.isStock = isStock
        client.hold = .milliseconds(1000)
        var workload = WorkloadConfiguration(client: client, others: 4)
        workload.sendInterval = .milliseconds(100)
        workload.intruderInterval = .milliseconds(400)
        let hooks = evidence.hooks("client.\(number)")
        return try Shell.launch(WorkloadCore(workload), ShellSettings(), hooks)
    }

    @Test(
        "servers and clients on real sockets: all that is acknowledged reaches everybody in order",
        arguments: [false, true]
    )
    func masterStops(masterStops: Bool) throws {
        let evidence = Evidence()
        let first = try server(1, joins: [], evidence)
        let second = try server(2, joins: [first.address], evidence)
        let third = try server(3, joins: [first.address], evidence)
        let addresses = [first.address, second.address, third.address]
        try wait(for: "three super-peers") {
            evidence.all.count { $0.kind == .roleChanged && $0.fields[.role] == "SUPERPEER" } == 2
        }
        let clients = try (1...4).map { number in
            let rotated = addresses[(number % 3)...] + addresses[..<(number % 3)]
            let isStock = number == 4 && !masterStops
            return try client(number, Array(rotated), isStock: isStock, evidence)
        }
        try wait(for: "the clients") { evidence.ready.count { $0.hasPrefix("client.") } == 4 }
        for client in clients { client.control(.start) }
        try wait(for: "traffic") { evidence.count(.ack) >= 40 }
        if masterStops {
            first.shell.control(.stop)
            _ = try first.shell.wait()
            let before = evidence.count(.ack)
            try wait(for: "traffic without the first master") {
                evidence.count(.ack) >= before + 60
            }
        }
        for client in clients { client.control(.rest) }
        for client in clients { client.control(.drain) }
        try wait(for: "acknowledgements and deliveries of everything") {
            // A client that took longer than hold to find another server is owed less.
            let owed = masterStops ? lastOnes(evidence.all) : allSends(evidence.all)
            return evidence.count(.ack) == evidence.count(.send)
                && owed.allSatisfy { message in
                    evidence.all.count { $0.kind == .deliver && $0.fields[.message] == message }
                        == 4
                }
        }
        for client in clients { client.control(.stop) }
        for client in clients { #expect(try client.wait() == 0) }
        for shell in [second.shell, third.shell] + (masterStops ? [] : [first.shell]) {
            shell.control(.stop)
            #expect(try shell.wait() == 0)
        }
        judge(evidence.all, mayHaveGaps: masterStops)
    }

    private func allSends(_ entries: [Evidence.Entry]) -> Set<String> {
        Set(entries.filter { $0.kind == .send }.compactMap { $0.fields[.message] })
    }

    /// The last message of each client.
    private func lastOnes(_ entries: [Evidence.Entry]) -> Set<String> {
        var last: [String: String] = [:]
        for entry in entries where entry.kind == .send {
            last[entry.node] = entry.fields[.message]
        }
        return Set(last.values)
    }

    private func judge(_ entries: [Evidence.Entry], mayHaveGaps: Bool) {
        var last: [String: Int64] = [:]
        for entry in entries where entry.kind == .deliver {
            guard let identity = entry.fields[.message].flatMap({ MessageIdentity($0) }) else {
                Issue.record("a delivery without identity")
                continue
            }
            let key = "\(entry.node) \(identity.user)/\(identity.stream)"
            let before = last[key, default: 0]
            #expect(identity.number == before + 1 || mayHaveGaps, "\(key)")
            #expect(identity.number > before, "\(key)")
            last[key] = identity.number
        }
        let kinds: [EventKind] = [.registerFail, .loginFail, .confirmed, .alive, .sessionEnded]
        for kind in kinds { #expect(entries.contains { $0.kind == kind }, "no \(kind.rawValue)") }
        let secrets = Dictionary(grouping: entries.filter { $0.kind == .loginOK }) {
            $0.fields[.user]
        }
        for (user, logins) in secrets {
            #expect(Set(logins.map { $0.fields[.secret] }).count == 1, "\(user ?? "")")
        }
    }
}
