import Evidence
import Glibc
import Journal
import Testing

@testable import Supervision

extension ProcessTests {
    @Suite("Ends") struct EndTests {
        let bench: Bench

        init() throws {
            bench = try Bench()
        }

        @Test("an exit and a signal of its own are seen, recorded and announced as unexpected")
        func ownEnds() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "exit 7"))
            try await supervisor.start(bench.shell("b", "kill -SEGV $$"))
            let exits = try await bench.journal.wait("exited", count: 2)
                .sorted { $0["ORDEAL_TARGET"] ?? "" < $1["ORDEAL_TARGET"] ?? "" }
            #expect(exits.map { $0["ORDEAL_CAUSE"] } == ["exit", "signal"])
            #expect(exits.map { $0["ORDEAL_STATUS"] } == ["7", "11"])
            var unexpected = 0
            for await event in supervisor.events {
                guard case .exited(_, let exit) = event else { continue }
                #expect(exit.isUnexpected)
                unexpected += 1
                if unexpected == 2 { break }
            }
            await supervisor.shutdown()
        }

        @Test("a kill returns when the process is gone; its exit names the fault")
        func killNamesFault() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "sleep 100; sleep 100"))
            let pid = try #require(await supervisor.pid(of: "a"))
            try await supervisor.kill("a", signal: SIGKILL, fault: "kill.1")
            #expect(!Bench.isAlive(pid))
            #expect(await supervisor.isRunning("a") == false)
            let exit = try #require(await supervisor.lastExit(of: "a"))
            #expect(exit == Exit(incarnation: 0, cause: .injected, status: 9, fault: "kill.1"))
            let record = try #require(try await bench.journal.wait("exited", count: 1).first)
            #expect(record["ORDEAL_FAULT"] == "kill.1")
            #expect(record["ORDEAL_ACCEPTED"] == "0")
            await supervisor.shutdown()
        }

        @Test("the exit record carries the count of the incarnation's own ack page")
        func exitCarriesCount() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "sleep 100; sleep 100"))
            let page = "\(bench.path)/ack/a.0"
            let writer = try JournalWriter(
                identity: WriterIdentity(run: bench.run, node: "a", incarnation: 0, program: "t"),
                socketPath: bench.journal.path,
                ackPagePath: page
            )
            for _ in 0..<3 { try writer.write(.barrier, [:], at: .zero) }
            try await supervisor.kill("a", signal: SIGTERM, fault: "f")
            let record = try #require(try await bench.journal.wait("exited", count: 1).first)
            #expect(record["ORDEAL_ACCEPTED"] == "3")
            await supervisor.shutdown()
        }

        @Test("a stop ends all at once by SIGTERM, and that is stopped, however they end")
        func stopEndsAll() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "trap 'exit 0' TERM; echo up; while :; do sleep 0.02; done")
            )
            try await supervisor.start(bench.shell("b", "sleep 100; sleep 100"))
            try await supervisor.start(
                bench.shell("c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.02; done")
            )
            // The traps are set once both say so.
            _ = try await bench.lines(count: 2)
            await supervisor.stop(["a", "b", "c", "never-started"])
            #expect(await supervisor.lastExit(of: "a")?.cause == .stopped)
            #expect(await supervisor.lastExit(of: "b")?.cause == .stopped)
            #expect(await supervisor.lastExit(of: "b")?.status == SIGTERM)
            #expect(await supervisor.lastExit(of: "c")?.cause == .exit)
            #expect(await supervisor.lastExit(of: "c")?.status == 5)
            await supervisor.shutdown()
        }

        @Test("who does not stop in time is killed, and that is no planned end")
        func stopEscalates() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell(
                    "a",
                    "trap '' TERM; echo up; while :; do sleep 0.02; done",
                    stopWithin: .milliseconds(200)
                )
            )
            _ = try await bench.lines(count: 1)
            await supervisor.stop(["a"])
            let exit = try #require(await supervisor.lastExit(of: "a"))
            #expect(exit.cause == .signal)
            #expect(exit.status == SIGKILL)
            #expect(exit.reason?.contains("did not stop within") == true)
            await supervisor.shutdown()
        }

        @Test("a stopped (SIGSTOP) process gets to its end too")
        func stopsPaused() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "kill -STOP $$; sleep 100"))
            let pid = try #require(await supervisor.pid(of: "a"))
            for _ in 0..<1_000 {
                let stat = String(decoding: try Files.read("/proc/\(pid)/stat"), as: UTF8.self)
                if stat.contains(") T ") { break }
                try await Task.sleep(for: .milliseconds(2))
            }
            await supervisor.stop(["a"])
            let exit = try #require(await supervisor.lastExit(of: "a"))
            #expect(exit.cause == .stopped)
            #expect(exit.status == SIGTERM)
            await supervisor.shutdown()
        }

        @Test("incarnations count from 0 and each has files and a variable of its own")
        func incarnationsCount() async throws {
            let supervisor = bench.supervisor
            for number in 0..<3 {
                try await supervisor.start(
                    bench.shell("a", "echo $ORDEAL_NODE $ORDEAL_INCARNATION; sleep 100")
                )
                #expect(await supervisor.incarnation(of: "a") == number)
                _ = try await bench.lines(count: number + 1)
                try await supervisor.kill("a", signal: SIGKILL, fault: "f\(number)")
                #expect(try bench.text("output/a.\(number).stdout") == "a \(number)\n")
            }
            let spawned = bench.journal.records("spawned")
            #expect(spawned.map { $0["ORDEAL_TARGET_INCARNATION"] } == ["0", "1", "2"])
            await supervisor.shutdown()
        }

        @Test("a start of a running node is refused; two starts at once make one process")
        func doubleStart() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "sleep 100; sleep 100"))
            let error = await #expect(throws: SupervisionError.self) {
                try await supervisor.start(bench.shell("a", "sleep 100"))
            }
            #expect(error?.code == .alreadyRunning)
            await supervisor.shutdown()
            _ = try await bench.journal.wait("exited", count: 1)
            #expect(bench.journal.records("spawned").count == 1)
        }

        @Test("after the shutdown nothing lives and everything is refused")
        func shutdownEndsAll() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "trap '' TERM; sleep 100; sleep 100"))
            let pid = try #require(await supervisor.pid(of: "a"))
            await supervisor.shutdown()
            #expect(!Bench.isAlive(pid))
            await supervisor.shutdown()
            await supervisor.stop(["a"])
            let error = await #expect(throws: SupervisionError.self) {
                try await supervisor.start(bench.shell("b", "exit 0"))
            }
            #expect(error?.code == .shutDown)
            #expect(await supervisor.lastExit(of: "a")?.cause == .stopped)
        }
    }
}
