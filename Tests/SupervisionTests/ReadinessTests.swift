import Evidence
import Glibc
import Journal
import Testing

@testable import Supervision

extension ProcessTests {
    @Suite("Readiness") struct ReadinessTests {
        let bench: Bench

        init() throws {
            bench = try Bench()
        }

        @Test("systemd-notify in a script makes its node ready, without waiting for a time-out")
        func readyByTool() async throws {
            let script = "systemd-notify --ready --status=up && exec sleep 100"
            try await bench.supervisor.start(
                bench.shell("a", script, .notify(within: .seconds(20)))
            )
            let ready = try await bench.journal.wait("ready", count: 1)
            #expect(ready.first?["ORDEAL_TARGET"] == "a")
            #expect(ready.first?["ORDEAL_TARGET_INCARNATION"] == "0")
            #expect(await bench.supervisor.isRunning("a"))
            let spawned = bench.journal.records("spawned")
            #expect(
                spawned.first?["ORDEAL_PID"]
                    == (await bench.supervisor.pid(of: "a")).map(String.init)
            )
            await bench.supervisor.shutdown()
        }

        @Test("who is ready is heard while others are still to be started")
        func readyMeanwhile() async throws {
            let bench = bench
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...80 {
                    group.addTask {
                        let script = "systemd-notify --ready && exec sleep 100"
                        try await bench.supervisor.start(
                            bench.shell("a.\(number)", script, .notify(within: .seconds(60)))
                        )
                    }
                }
                try await group.waitForAll()
            }
            let ready = try await bench.journal.wait("ready", count: 80)
            let spawned = bench.journal.records("spawned")
            let place = { (fields: JournalStandIn.Fields) in Int(fields["ORDEAL_SEQ"] ?? "") }
            let firstReady = try #require(ready.compactMap(place).min())
            let lastSpawned = try #require(spawned.compactMap(place).max())
            #expect(firstReady < lastSpawned)
            await bench.supervisor.shutdown()
        }

        @Test("a tool that is gone before its message is read makes its node ready all the same")
        func readyByVanished() async throws {
            let path = "\(bench.path)/notify.test"
            let socket = try Supervision.NotifySocket(path: path)
            var request = SpawnRequest("/bin/sh", ["-c", "systemd-notify --ready --no-block"])
            request.environment.append((name: "NOTIFY_SOCKET", value: path))
            let child = try request.start()
            var status: Int32 = 0
            #expect(waitpid(child.pid, &status, 0) == child.pid)
            // Reaped: only the socket says whose it was.
            #expect(socket.receive().map(\.group) == [nil])
            let bench = bench
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...40 {
                    group.addTask {
                        let script = "systemd-notify --ready --no-block; exec sleep 100"
                        try await bench.supervisor.start(
                            bench.shell("a.\(number)", script, .notify(within: .seconds(60)))
                        )
                    }
                }
                try await group.waitForAll()
            }
            await bench.supervisor.shutdown()
        }

        @Test("READY=1 from a process outside of the group is ignored")
        func readyFromStranger() async throws {
            let supervisor = bench.supervisor
            let start = Task { [bench] in
                try await supervisor.start(
                    bench.shell("a", "exec sleep 100", .notify(within: .milliseconds(700)))
                )
            }
            _ = try await bench.journal.wait("spawned", count: 1)
            try await supervisor.start(
                bench.shell("b", "exec systemd-notify --pid=$$ --ready --no-block")
            )
            let error = await #expect(throws: SupervisionError.self) { try await start.value }
            #expect(error?.code == .notReady)
            #expect(bench.journal.records("ready").allSatisfy { $0["ORDEAL_TARGET"] == "b" })
            await supervisor.shutdown()
        }

        @Test("who is not ready in time is killed, and the error holds the end of its stderr")
        func notReadyInTime() async throws {
            let script =
                "i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i >&2; done; sleep 100"
            let error = await #expect(throws: SupervisionError.self) {
                try await bench.supervisor.start(
                    bench.shell("a", script, .notify(within: .milliseconds(500)))
                )
            }
            #expect(error?.code == .notReady)
            #expect(error?.node == "a")
            #expect(error?.errorOutput.last == "line 30")
            #expect(error?.errorOutput.count == OutputChannel.tailLinesMax)
            #expect(await bench.supervisor.lastExit(of: "a")?.cause == .stopped)
            #expect(await bench.supervisor.isRunning("a") == false)
            await bench.supervisor.shutdown()
        }

        @Test("a process that ends before it is ready fails its start with how, and what it wrote")
        func endsEarly() async throws {
            let error = await #expect(throws: SupervisionError.self) {
                try await bench.supervisor.start(
                    bench.shell("a", "echo no port >&2; exit 3", .notify(within: .seconds(20)))
                )
            }
            #expect(error?.code == .endedEarly)
            #expect(error?.errorOutput == ["no port"])
            #expect("\(error.map(\.description) ?? "")".contains("code 3"))
            await bench.supervisor.shutdown()
        }

        @Test("a program that is not there or is not executable is refused with which and why")
        func notExecuted() async throws {
            for (program, text) in [
                ("/nowhere/at-all", "No such file"), ("/etc/passwd", "Permission denied"),
                ("no-such-program-anywhere", "no program"),
            ] {
                let specification = ProcessSpecification(
                    node: "a",
                    executable: program,
                    arguments: [],
                    readiness: .none,
                    stopWithin: .seconds(1)
                )
                let error = await #expect(throws: SupervisionError.self) {
                    try await bench.supervisor.start(specification)
                }
                #expect(error?.code == .notExecuted)
                #expect(error?.what.contains(program) == true)
                #expect(error?.what.contains(text) == true)
            }
            #expect(bench.journal.records("spawned").isEmpty)
            #expect(await bench.supervisor.incarnation(of: "a") == nil)
            await bench.supervisor.shutdown()
        }
    }
}
