import Evidence
import Foundation
import Glibc
import Messaging
import Synchronization
import Testing
import Transport

/// Real servers with disks; what users see is recorded here.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DurableNodesTests {
    /// What clients recorded.
    private final class Log: Sendable {
        struct Entry: Sendable {
            let client: Int
            let kind: EventKind
            let fields: FieldValues
        }

        private let entries = Mutex<[Entry]>([])

        func hooks(_ client: Int) -> ShellHooks {
            ShellHooks(record: { kind, fields, _ in
                self.entries.withLock {
                    $0.append(Entry(client: client, kind: kind, fields: fields))
                }
            })
        }

        var all: [Entry] { entries.withLock { $0 } }

        func messages(_ kind: EventKind) -> Set<String> {
            Set(all.filter { $0.kind == kind }.compactMap { $0.fields[.message] })
        }

        /// How often each message was delivered.
        var deliveries: [String: Int] {
            all.filter { $0.kind == .deliver }.compactMap { $0.fields[.message] }
                .reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    private struct TimeOut: Error {
        let what: String
    }

    private static let host = "127.\(getpid() % 200 + 20).\(getpid() / 200 % 250)"

    private func address(_ number: Int) -> Address {
        Address(host: "\(Self.host).\(number)", port: 41_000)
    }

    private func wait(for what: String, _ isSo: () -> Bool) async throws {
        for _ in 0..<6000 {
            if isSo() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw TimeOut(what: what)
    }

    /// Starts a server; `joins`: the others that it is told of.
    private func server(
        _ number: Int,
        joins: [Int],
        in folder: URL,
        disk: String? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = Ordeal.programs.appendingPathComponent("ordeal-node")
        process.arguments = [
            "--listen", "\(address(number))", "--bind", address(number).host,
            "--name", "server.\(number)", "--secret", "shared", "--hold", "1s",
            "--hash-cost", "1",
            "--data-dir", disk ?? folder.appendingPathComponent("server.\(number)").path,
        ]
        for other in joins { process.arguments? += ["--remote", "\(address(other))"] }
        process.standardInput = FileHandle.nullDevice
        let errors = folder.appendingPathComponent("server.\(number).err")
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return process
    }

    private func client(_ number: Int, _ log: Log) throws -> Shell<WorkloadCore> {
        var client = ClientConfiguration(
            user: "user-\(number)",
            secret: "secret \(number)",
            client: "client.\(number)",
            servers: (0..<3).map { address(($0 + number) % 3 + 1) }
        )
        client.hold = .milliseconds(1000)
        var workload = WorkloadConfiguration(client: client, others: 4)
        workload.sendInterval = .milliseconds(50)
        return try Shell.launch(WorkloadCore(workload), ShellSettings(), log.hooks(number))
    }

    @Test("everything is killed at once and started again: nothing acknowledged is lost")
    func everythingDies() async throws {
        try await Ordeal.withFolder { folder in
            let log = Log()
            var servers = try [
                server(1, joins: [], in: folder), server(2, joins: [1], in: folder),
                server(3, joins: [1], in: folder),
            ]
            defer { for server in servers { kill(server.processIdentifier, SIGKILL) } }
            let clients = try (1...4).map { try client($0, log) }
            try await wait(for: "logins") {
                Set(log.all.filter { $0.kind == .loginOK }.map(\.client)).count == 4
            }
            for client in clients { client.control(.start) }
            try await wait(for: "traffic") { log.messages(.ack).count >= 80 }

            for server in servers { kill(server.processIdentifier, SIGKILL) }
            let acknowledged = log.messages(.ack)
            for server in servers { server.waitUntilExit() }
            let logins = log.all.count { $0.kind == .loginOK }
            let registrations = log.all.count { $0.kind == .registerOK }
            servers = try [3, 1, 2].map { number in
                try server(number, joins: [1, 2, 3].filter { $0 != number }, in: folder)
            }
            try await wait(for: "logins after the restart") {
                log.all.count { $0.kind == .loginOK } >= logins + 4
            }
            try await wait(for: "traffic after the restart") {
                log.messages(.ack).count >= acknowledged.count + 40
            }
            for client in clients { client.control(.rest) }
            for client in clients { client.control(.drain) }
            try await wait(for: "every message to be acknowledged") {
                log.messages(.ack) == log.messages(.send)
            }
            try await wait(for: "every message that was acknowledged before, for everybody") {
                let deliveries = log.deliveries
                return acknowledged.allSatisfy { deliveries[$0] == 4 }
            }
            for client in clients { client.control(.stop) }
            for client in clients { #expect(try client.wait() == 0) }
            #expect(log.deliveries.values.allSatisfy { $0 <= 4 })
            // No name is forgotten: nobody who shows its secret is denied.
            let reasons = log.all.filter { $0.kind == .loginFail }.compactMap { $0.fields[.reason] }
            #expect(!reasons.contains("unknown-user") && !reasons.contains("wrong-secret"))
            // Whoever had no answer to the first attempt is told that the name is taken, and logs in.
            let registered = log.all.filter { $0.kind == .registerOK }.map(\.client)
            #expect(Set(registered).count == registered.count && registered.count == registrations)
        }
    }

    @Test("a disk that takes nothing more: no acknowledgement, a clear word, exit code 74")
    func noRoom() async throws {
        try await Ordeal.withFolder { folder in
            // A disk of 2 MiB that is full soon: a limit on the size of files is as good as a small disk.
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            let node = Ordeal.programs.appendingPathComponent("ordeal-node").path
            process.arguments = [
                "-c",
                """
                trap '' XFSZ; ulimit -f 2048
                exec "\(node)" --listen \(address(9)) --name server.9 --secret s --hold 1s \
                --hash-cost 1 --data-dir "\(folder.path)/disk"
                """,
            ]
            process.standardInput = FileHandle.nullDevice
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            defer { kill(process.processIdentifier, SIGKILL) }
            let log = Log()
            var client = ClientConfiguration(
                user: "user",
                secret: "secret",
                client: "client",
                servers: [address(9)]
            )
            client.hold = .milliseconds(1000)
            var workload = WorkloadConfiguration(client: client, others: 1)
            workload.sendInterval = .milliseconds(100)
            workload.bodyBytes = 20_000
            let shell = try Shell.launch(WorkloadCore(workload), ShellSettings(), log.hooks(1))
            shell.control(.start)
            let text = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            shell.control(.stop)
            _ = try shell.wait()
            #expect(process.terminationStatus == 74)
            let words = String(decoding: text, as: UTF8.self)
            #expect(words.contains("cannot store, and ends"), "\(words)")
            // Something was stored before.
            let acknowledged = log.messages(.ack)
            #expect(!acknowledged.isEmpty)
            #expect(acknowledged.isSubset(of: log.messages(.send)))
        }
    }

    @Test("a folder that may not be written, and another server's, are refused at the start")
    func refused() async throws {
        try await Ordeal.withFolder { folder in
            let none = try server(8, joins: [], in: folder, disk: "/proc/none")
            none.waitUntilExit()
            #expect(none.terminationStatus == 74)
            let file = folder.appendingPathComponent("server.8.err")
            #expect(try String(contentsOf: file, encoding: .utf8).contains("--data-dir"))
        }
    }
}
