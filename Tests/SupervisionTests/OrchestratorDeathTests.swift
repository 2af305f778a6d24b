import Evidence
import Glibc
import Journal
import Testing

@testable import Supervision

@Suite("Death of the orchestrator", .timeLimit(.minutes(10))) struct OrchestratorDeathTests {
    @Test("SIGKILL of the orchestrator leaves no process and no directory within a second")
    func nothingIsLeft() async throws {
        guard !Alone.isHere else {
            try await orchestrate()
            return
        }
        let scratch = try Scratch()
        let runtime = "\(scratch.path)/ordeal-r"
        try Files.makeDirectory(runtime)
        let test = "OrchestratorDeathTests/nothingIsLeft"
        let outcome = try await Alone.run(test, directory: scratch.path)
        #expect(outcome.exit == .signal(SIGKILL), "\(outcome.output)")
        let died = MonotonicClock.now()
        let pids = String(
            decoding: try Files.read("\(scratch.path)/pids"),
            as: UTF8.self
        ).split(separator: "\n").compactMap { Int32($0) }
        #expect(pids.count == 5)
        while pids.contains(where: Bench.isAlive) || Files.exists(runtime),
            MonotonicClock.now() - died < .seconds(20)
        {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(pids.filter(Bench.isAlive) == [])
        #expect(!Files.exists(runtime))
    }

    /// What the other process does: it starts processes of each sort and is killed.
    func orchestrate() async throws {
        let path = Alone.directory
        let runtime = "\(path)/ordeal-r"
        let run = "death-\(getpid())"
        try Files.write("\(run)\n\(getpid())\n", to: "\(runtime)/run")
        let guardian = try Guard.start(
            executable: "\(Alone.programs)/ordeal",
            run: run,
            runtimePath: runtime
        )
        let journal = try JournalStandIn(path: "\(runtime)/journal")
        let writer = try JournalWriter(
            identity: WriterIdentity(run: run, node: "o", incarnation: 0, program: "t"),
            socketPath: journal.path,
            ackPagePath: "\(runtime)/ack"
        )
        let supervisor = try Supervisor(
            run: run,
            directory: path,
            runtimePath: runtime,
            journalSocket: journal.path,
            writer: writer,
            guard: guardian
        )
        // A process with a child, one in a session of its own, one without its variables.
        for (node, script) in [
            ("a", "sleep 1000 & echo $!; wait"),
            ("b", "setsid sh -c 'echo $$; exec sleep 1000' & wait; sleep 1000"),
            (
                "c",
                "env -i sh -c 'trap \"\" TERM HUP; echo $$; while :; do sleep 9; done' & wait"
            ),
        ] {
            try await supervisor.start(
                ProcessSpecification(
                    node: node,
                    executable: "/bin/sh",
                    arguments: ["-c", script],
                    readiness: .none,
                    stopWithin: .seconds(1)
                )
            )
        }
        let lines = try await journal.wait("output", count: 3).compactMap { $0["ORDEAL_LINE"] }
        var pids = lines + ["\(guardian.pid)"]
        if let pid = await supervisor.pid(of: "a") { pids.append("\(pid)") }
        try Files.write(pids.joined(separator: "\n"), to: "\(path)/pids")
        kill(getpid(), SIGKILL)
    }
}
