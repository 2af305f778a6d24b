import Foundation
import Testing

/// What goes wrong outside a run's own story: wrong plans, missing means, a killed orchestrator.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FailureTests {
    private let long = """
        plan: long
        cluster: {servers: 3, clients: 3, hold: 1s}
        workload: {rate: 20/s, for: 60s}
        """

    private func write(_ plan: String, in folder: URL) throws -> String {
        let file = folder.appendingPathComponent("plan.yaml")
        try plan.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    @Test("a wrong plan says all its errors with their places, and exits with 65")
    func wrongPlan() async throws {
        try await Ordeal.withFolder { folder in
            let plan = """
                plan: wrong
                cluster: {servers: 2, clients: 1, holt: 1s}
                workload: {for: 5}
                story:
                  - at: 1s
                    kill: {node: server.7}
                """
            let path = try write(plan, in: folder)
            let result = try await Ordeal.run(["run", path, "--runs", folder.path + "/runs"])
            #expect(result.status == 65)
            for place in [":2:", ":3:", ":6:"] {
                #expect(result.errors.contains("plan.yaml\(place)"), "\(result.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
        }
    }

    @Test("an error with nowhere to say it still has its exit code")
    func closedErrors() async throws {
        try await Ordeal.withFolder { folder in
            let path = try write("plan: wrong", in: folder)
            let ordeal = Ordeal.programs.appendingPathComponent("ordeal").path
            let result = try await Ordeal.run(
                URL(fileURLWithPath: "/bin/sh"),
                ["-c", "\"$0\" run \"$1\" 2>&-", ordeal, path]
            )
            #expect(result.status == 65)
        }
    }

    @Test("a result that standard output does not take is said to be lost; success becomes 74")
    func lostOutput() async throws {
        let ordeal = Ordeal.programs.appendingPathComponent("ordeal").path
        let plan = Ordeal.package.appendingPathComponent("Plans/quickstart.yaml").path
        let good = try await Ordeal.run(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "\"$0\" validate \"$1\" >/dev/full", ordeal, plan]
        )
        #expect(good.status == 74)
        #expect(good.errors.contains("standard output is lost: No space left on device"))
        let wrong = try await Ordeal.run(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "\"$0\" validate \"$1\" /none >/dev/full", ordeal, plan]
        )
        #expect(wrong.status == 65)
    }

    @Test("an occupied port is named with a remedy, exit 69, and nothing is left behind")
    func occupiedPort() async throws {
        let (port, descriptor) = try listenEverywhere()
        defer { close(descriptor) }
        try await Ordeal.withFolder { folder in
            let path = try write(long, in: folder)
            let result = try await Ordeal.run([
                "run", path, "--runs", folder.path + "/runs", "--port", String(port),
            ])
            #expect(result.status == 69, "\(result.errors)")
            #expect(result.errors.contains("\(port)"))
            #expect(result.errors.contains("--port"))
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
        }
    }

    @Test("where something else is in the place of the link to the latest run, nothing is begun")
    func latestTaken() async throws {
        try await Ordeal.withFolder { folder in
            let path = try write(long, in: folder)
            let runs = folder.path + "/runs"
            try FileManager.default.createDirectory(
                atPath: runs + "/latest",
                withIntermediateDirectories: true
            )
            let result = try await Ordeal.run(["run", path, "--runs", runs])
            #expect(result.status == 69, "\(result.errors)")
            #expect(result.errors.contains(runs + "/latest"))
            #expect(result.errors.contains("remedy"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: runs) == ["latest"])
        }
    }

    @Test("a run that cannot begin gives the link to the latest run back")
    func latestGivenBack() async throws {
        let (port, descriptor) = try listenEverywhere()
        defer { close(descriptor) }
        try await Ordeal.withFolder { folder in
            let path = try write(long, in: folder)
            let runs = folder.path + "/runs"
            let files = FileManager.default
            try files.createDirectory(atPath: runs, withIntermediateDirectories: false)
            try files.createSymbolicLink(atPath: runs + "/latest", withDestinationPath: "before")
            let result = try await Ordeal.run([
                "run", path, "--runs", runs, "--port", String(port),
            ])
            #expect(result.status == 69, "\(result.errors)")
            #expect(try files.contentsOfDirectory(atPath: runs) == ["latest"])
            #expect(try files.destinationOfSymbolicLink(atPath: runs + "/latest") == "before")
        }
    }

    @Test("a folder that cannot be made is named with a remedy, exit 69")
    func noPermission() async throws {
        try await Ordeal.withFolder { folder in
            let path = try write(long, in: folder)
            let result = try await Ordeal.run(["run", path, "--runs", "/proc/ordeal"])
            #expect(result.status == 69)
            #expect(result.errors.contains("/proc/ordeal"))
            #expect(result.errors.contains("remedy"))
        }
    }

    @Test("SIGKILL of ordeal in mid-run leaves no process; the next run works")
    func killedOrchestrator() async throws {
        try await Ordeal.withFolder { folder in
            let path = try write(long, in: folder)
            let process = try begin(path, folder)
            let run = try await waitForWorkload(folder)
            #expect(try processes(of: run).count >= 8)
            kill(process.processIdentifier, SIGKILL)
            // A second on a quiet machine; one in a write to a busy disk ends when that is done.
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(20)
            var left = try processes(of: run)
            while clock.now < deadline, !left.isEmpty {
                try await Task.sleep(for: .milliseconds(20))
                left = try processes(of: run)
            }
            #expect(left == [])
            let sockets = try runtimeFolder(folder.path + "/runs/" + run)
            let next = try await Ordeal.run([
                "run", try write(RunTests.small, in: folder), "--runs", folder.path + "/runs",
            ])
            #expect(next.status == 0, "\(next.output)\n\(next.errors)")
            let clean = try await Ordeal.run(["clean", "--runs", folder.path + "/runs"])
            // Others on this machine may have left something; this run has not.
            #expect(!clean.output.contains(sockets), "\(clean.output)")
            #expect(!clean.output.contains(run), "\(clean.output)")
            #expect(!FileManager.default.fileExists(atPath: sockets))
        }
    }

    @Test("what a run left that was killed together with its guard, the next run takes away")
    func killedGuard() async throws {
        try await Ordeal.withFolder { folder in
            let process = try begin(try write(long, in: folder), folder)
            let run = try await waitForWorkload(folder)
            let sockets = try runtimeFolder(folder.path + "/runs/" + run)
            let guardian = try guardian(of: sockets)
            kill(try #require(guardian), SIGKILL)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let next = try await Ordeal.run([
                "run", try write(RunTests.small, in: folder), "--runs", folder.path + "/runs",
            ])
            #expect(next.status == 0, "\(next.output)\n\(next.errors)")
            // This one did, or another run that began meanwhile.
            #expect(!FileManager.default.fileExists(atPath: sockets))
            #expect(try processes(of: run) == [])
        }
    }

    /// The guard of the run with this short folder: its last argument.
    private func guardian(of sockets: String) throws -> pid_t? {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            .first { pid in
                guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                    return false
                }
                let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                return words.count == 4 && words[1] == "guard" && words[3] == sockets
            }
    }

    @Test("an interrupt heals, collects and exits with 130")
    func interrupted() async throws {
        try await Ordeal.withFolder { folder in
            let path = try write(long, in: folder)
            let process = try begin(path, folder)
            let run = try await waitForWorkload(folder)
            kill(process.processIdentifier, SIGINT)
            while process.isRunning {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(process.terminationStatus == 130)
            #expect(try processes(of: run) == [])
            let verdict = folder.path + "/runs/latest/verdict.json"
            #expect(FileManager.default.fileExists(atPath: verdict))
        }
    }

    /// The short folder of a run's sockets.
    private func runtimeFolder(_ run: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: run + "/relay.json"))
        let relay = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let path = try #require(relay?["controlPath"] as? String)
        return URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Starts a run that nobody listens to.
    private func begin(_ plan: String, _ folder: URL) throws -> Process {
        let process = Process()
        process.executableURL = Ordeal.programs.appendingPathComponent("ordeal")
        process.arguments = ["run", plan, "--runs", folder.path + "/runs"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Waits until the clients of the only run under the folder send; returns the run's id.
    private func waitForWorkload(_ folder: URL) async throws -> String {
        let runs = folder.path + "/runs"
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        while clock.now < deadline {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
            if let run = names.first(where: { $0.contains("-long-") }) {
                let live = try? await Ordeal.run(
                    URL(fileURLWithPath: "/bin/sh"),
                    [
                        "-c",
                        "journalctl -D \"$(dirname \"$(find \(runs)/\(run)/journal -name '*.journal' "
                            + "| head -n 1)\")\" -q -o cat ORDEAL_EVENT=deliver | head -n 1",
                    ]
                )
                if live?.output.isEmpty == false { return run }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CocoaError(.fileReadNoSuchFile)
    }

    /// The processes whose environment names the run, as their command lines.
    private func processes(of run: String) throws -> [String] {
        var found: [String] = []
        for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let pid = Int32(entry), pid != getpid(),
                let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ"),
                environment.split(separator: 0).contains(where: {
                    $0.starts(with: "ORDEAL_RUN=\(run)-".utf8)
                })
            else { continue }
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            let text = String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
            let status = FileManager.default.contents(atPath: "/proc/\(pid)/status") ?? Data()
            let state = String(decoding: status, as: UTF8.self).split(separator: "\n")
                .first { $0.hasPrefix("State:") }
            if !text.isEmpty, let state {
                found.append("\(pid) \(state) \(text)")
            }
        }
        return found
    }

    /// Occupies a free port on all addresses.
    private func listenEverywhere() throws -> (Int, Int32) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + listen(descriptor, 1)
                    + getsockname(descriptor, $0, &length)
            }
        }
        try #require(result == 0)
        return (Int(UInt16(bigEndian: address.sin_port)), descriptor)
    }
}
