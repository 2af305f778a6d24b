import Evidence
import Glibc
import Journal
import Testing

@testable import Supervision

extension ProcessTests {
    @Suite("Groups, orphans and leaks") struct GroupTests {
        let bench: Bench

        init() throws {
            bench = try Bench()
        }

        /// The pid that a node's script wrote as its first line.
        func firstPID() async throws -> Int32 {
            let line = try #require(try await bench.lines(count: 1).first)
            return try #require(Int32(line))
        }

        @Test("grandchildren die with their node, and nobody is left as a zombie")
        func grandchildrenDie() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "sh -c 'sleep 1000 & echo $!; wait' & wait")
            )
            let grandchild = try await firstPID()
            #expect(Bench.isAlive(grandchild))
            try await supervisor.kill("a", signal: SIGKILL, fault: "f")
            #expect(!Files.exists("/proc/\(grandchild)"))
            await supervisor.shutdown()
        }

        @Test("a descendant in a session of its own is found by its environment and dies too")
        func daemonDies() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000")
            )
            let daemon = try await firstPID()
            let pid = try #require(await supervisor.pid(of: "a"))
            #expect(getpgid(daemon) != pid)
            try await supervisor.kill("a", signal: SIGKILL, fault: "f")
            #expect(try await Bench.isGoneSoon(daemon))
            await supervisor.shutdown()
            #expect(!Files.exists("/proc/\(daemon)"))
        }

        @Test("the daemon of one node lives on while another node ends")
        func daemonOfOtherLives() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000")
            )
            let daemon = try await firstPID()
            try await supervisor.start(bench.shell("b", "sleep 1000; sleep 1000"))
            try await supervisor.kill("b", signal: SIGKILL, fault: "f")
            #expect(Bench.isAlive(daemon))
            await supervisor.shutdown()
            #expect(!Bench.isAlive(daemon))
        }

        @Test("orphans that end while their node lives are reaped, in its group and outside of it")
        func orphansAreReaped() async throws {
            let supervisor = bench.supervisor
            let script = """
                (sh -c 'echo $$; exec sleep 1.2' &)
                (setsid sh -c 'echo $$; exec sleep 1.2' &)
                while :; do sleep 0.05; done
                """
            try await supervisor.start(bench.shell("a", script))
            let pids = try await bench.lines(count: 2).compactMap { Int32($0) }
            try #require(pids.count == 2)
            for _ in 0..<1_000 where pids.contains(where: { Files.exists("/proc/\($0)") }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(pids.filter { Files.exists("/proc/\($0)") } == [])
            #expect(await supervisor.isRunning("a"))
            await supervisor.shutdown()
        }

        @Test("a node that floods its output is killed at once, and its last output is bounded")
        func floodIsKilled() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "setsid sh -c 'while :; do echo xxxxxxxxxxxxxxxxxxxx; done'")
            )
            _ = try await bench.lines(count: 10)
            try await supervisor.kill("a", signal: SIGKILL, fault: "f")
            #expect(await supervisor.isRunning("a") == false)
            await supervisor.shutdown()
        }

        @Test("100 processes started and ended at once leave no process, zombie or descriptor")
        func nothingLeaks() async throws {
            let supervisor = bench.supervisor
            // One run before the count: what is made once is made.
            try await cycle(supervisor, 1)
            let descriptors = try descriptors()
            let pids = try await cycle(supervisor, 100)
            #expect(pids.count == 100)
            #expect(pids.allSatisfy { !Files.exists("/proc/\($0)") })
            #expect(ProcessTable.children().isEmpty)
            let after = try self.descriptors()
            #expect(Set(after).symmetricDifference(descriptors) == [])
            let exits = try await bench.journal.wait("exited", count: 101)
            #expect(exits.count == 101)
            #expect(exits.allSatisfy { $0["ORDEAL_CAUSE"] == "stopped" })
            await supervisor.shutdown()
        }

        /// What this process has open, by number.
        func descriptors() throws -> [String] {
            try Files.entries(of: "/proc/self/fd").map { number in
                var space = [CChar](repeating: 0, count: 256)
                let count = readlink("/proc/self/fd/\(number)", &space, space.count)
                let name = space[..<max(0, count)].map(UInt8.init(bitPattern:))
                return "\(number) \(String(decoding: name, as: UTF8.self))"
            }
        }

        /// Starts so many at once, with readiness and control, and stops them; returns their pids.
        @discardableResult
        func cycle(_ supervisor: Supervisor, _ count: Int) async throws -> [Int32] {
            let names = (0..<count).map { "n.\($0)" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in names {
                    let isNotifying = name == "n.0"
                    let script =
                        isNotifying ? "systemd-notify --ready; exec cat" : "sleep 1000 & wait"
                    let specification = ProcessSpecification(
                        node: name,
                        executable: "/bin/sh",
                        arguments: ["-c", script],
                        acceptsControl: true,
                        readiness: isNotifying ? .notify(within: .seconds(30)) : .none,
                        stopWithin: .seconds(10)
                    )
                    group.addTask { try await supervisor.start(specification) }
                }
                try await group.waitForAll()
            }
            var pids: [Int32] = []
            for name in names {
                if let pid = await supervisor.pid(of: name) { pids.append(pid) }
            }
            await supervisor.stop(names)
            return pids
        }

        @Test("a supervisor that nobody holds any more ends its processes")
        func droppedSupervisorEnds() async throws {
            let path = "\(bench.path)/other"
            try Files.makeDirectory(path)
            var other: Supervisor? = try Supervisor(
                run: bench.run,
                directory: path,
                runtimePath: path,
                journalSocket: bench.journal.path,
                writer: bench.writer
            )
            try await other?.start(bench.shell("a", "sleep 1000; sleep 1000"))
            let pid = try #require(await other?.pid(of: "a"))
            other = nil
            #expect(try await Bench.isGoneSoon(pid))
            await bench.supervisor.shutdown()
        }

        @Test("children get the default action and no blocked signals")
        func signalsAreDefault() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "grep -E 'Sig(Blk|Ign)' /proc/self/status"))
            let lines = try await bench.lines(count: 2)
            #expect(lines.allSatisfy { $0.hasSuffix("0000000000000000") }, "\(lines)")
            await supervisor.shutdown()
        }

        @Test("without a journal the supervisor says so once and goes on ending processes")
        func journalIsLost() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "sleep 1000; sleep 1000"))
            try bench.writer.close()
            try await supervisor.start(bench.shell("b", "echo more; sleep 1000"))
            await supervisor.stop(["a", "b"])
            #expect(await supervisor.lastExit(of: "a")?.cause == .stopped)
            await supervisor.shutdown()
            var losses = 0
            for await event in supervisor.events {
                if case .evidenceLost = event { losses += 1 }
            }
            #expect(losses == 1)
        }
    }
}
