import Evidence
import Glibc
import Journal
import Testing

@testable import Supervision

extension ProcessTests {
    @Suite("Outputs and control lines") struct OutputTests {
        let bench: Bench

        init() throws {
            bench = try Bench()
        }

        @Test("each line is a record and lies in the channel's file, the last without newline too")
        func linesAreRecorded() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "echo one; echo two >&2; printf three"))
            let records = try await bench.journal.wait("output", count: 3)
            let texts = Set(
                records.map { "\($0["ORDEAL_CHANNEL"] ?? ""):\($0["ORDEAL_LINE"] ?? "")" }
            )
            #expect(texts == ["stdout:one", "stderr:two", "stdout:three"])
            #expect(try bench.text("output/a.0.stdout") == "one\nthree")
            #expect(try bench.text("output/a.0.stderr") == "two\n")
            await supervisor.shutdown()
        }

        @Test("a flood of output comes whole, and before the exit's record")
        func floodComesWhole() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "seq 1 20000"))
            _ = try await bench.journal.wait("exited", count: 1)
            let lines = try await bench.lines(count: 20_000)
            #expect(lines == (1...20_000).map(String.init))
            #expect(try bench.text("output/a.0.stdout").utf8.count == 108_894)
            await supervisor.shutdown()
        }

        @Test("a line without an end is split, and does not grow in memory")
        func longLine() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "head -c 100000 /dev/zero | tr '\\0' x; echo")
            )
            let lines = try await bench.lines(count: 7)
            #expect(lines.count == 7)
            #expect(lines.map(\.utf8.count).reduce(0, +) == 100_000)
            await supervisor.shutdown()
        }

        @Test("more lines than the limit are in the file alone, and the last record says so")
        func recordsAreLimited() throws {
            let pipe = try Descriptor.pipe()
            let file = "\(bench.path)/limited"
            let channel = try OutputChannel(.stdout, reading: pipe.reading, filePath: file)
            var space = [UInt8](repeating: 0, count: OutputChannel.turnBytes)
            let chunk = Array(repeating: UInt8(ascii: "\n"), count: 10_000)
            var lines: [String] = []
            for _ in 0..<11 {
                #expect(write(pipe.writing.number, chunk, chunk.count) == chunk.count)
                _ = channel.read(&space) { lines.append($0) }
            }
            channel.finish(&space) { lines.append($0) }
            #expect(lines.count == OutputChannel.recordsMax + 1)
            #expect(lines.last?.contains("in the file alone") == true)
            #expect(try Files.read(file).count == 110_000)
        }

        @Test("control lines arrive in order; without a pipe they are refused")
        func controlLines() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell("a", "while read line; do echo got $line; done", control: true)
            )
            try await supervisor.start(bench.shell("b", "sleep 100; sleep 100"))
            try await supervisor.send("start", to: "a")
            try await supervisor.send("rest now", to: "a")
            #expect(try await bench.lines(count: 2) == ["got start", "got rest now"])
            for (node, code) in [("b", SupervisionError.Code.control), ("c", .notRunning)] {
                let error = await #expect(throws: SupervisionError.self) {
                    try await supervisor.send("start", to: node)
                }
                #expect(error?.code == code)
            }
            for line in ["two\nlines", String(repeating: "x", count: 5_000)] {
                await #expect(throws: SupervisionError.self) {
                    try await supervisor.send(line, to: "a")
                }
            }
            await supervisor.shutdown()
        }

        @Test("a process that does not read its control lines is told of, after a bounded queue")
        func controlIsBounded() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(bench.shell("a", "sleep 100; sleep 100", control: true))
            let line = String(repeating: "x", count: 4_000)
            var sent = 0
            let error = await #expect(throws: SupervisionError.self) {
                for _ in 0..<100 {
                    try await supervisor.send(line, to: "a")
                    sent += 1
                }
            }
            #expect(error?.code == .control)
            #expect((16...40).contains(sent))
            await supervisor.shutdown()
        }

        @Test("control lines that waited are written when the process reads")
        func controlIsFlushed() async throws {
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell(
                    "a",
                    "trap 'exec wc -l' USR1; while :; do sleep 0.02; done",
                    control: true
                )
            )
            let line = String(repeating: "x", count: 4_000)
            for _ in 0..<30 { try await supervisor.send(line, to: "a") }
            let pid = try #require(await supervisor.pid(of: "a"))
            kill(pid, SIGUSR1)
            let reader = "/proc/\(pid)/comm"
            for _ in 0..<1_000
            where !String(decoding: try Files.read(reader), as: UTF8.self)
                .hasPrefix("wc")
            {
                try await Task.sleep(for: .milliseconds(5))
            }
            // 30 lines are more than the pipe holds: they were read if as many fit again.
            for _ in 0..<10 { try await supervisor.send(line, to: "a") }
            await supervisor.shutdown()
        }

        @Test(
            "a child has a clean environment, standard input without end, and no other descriptor"
        )
        func childIsClean() async throws {
            setenv("ORDEAL_SUPERVISION_TEST_LEAK", "1", 1)
            let supervisor = bench.supervisor
            try await supervisor.start(
                bench.shell(
                    "a",
                    "env; echo open $(ls /proc/self/fd | wc -l); cat; ulimit -n; pwd",
                    environment: ["EXTRA": "yes"]
                )
            )
            _ = try await bench.journal.wait("exited", count: 1)
            let text = try bench.text("output/a.0.stdout")
            #expect(!text.contains("ORDEAL_SUPERVISION_TEST_LEAK"))
            for line in [
                "EXTRA=yes", "ORDEAL_RUN=\(bench.run)", "ORDEAL_NODE=a", "ORDEAL_INCARNATION=0",
                "ORDEAL_JOURNAL=\(bench.journal.path)", "ORDEAL_ACK_PAGE=\(bench.path)/ack/a.0",
                "NOTIFY_SOCKET=\(bench.path)/notify.0",
            ] {
                #expect(text.contains(line + "\n"), "\(line)")
            }
            // 0, 1, 2 and the one by which ls reads the directory.
            #expect(text.contains("open 4\n"))
            await supervisor.shutdown()
        }

        @Test("limit of open files and working directory are as specified")
        func limitAndDirectory() async throws {
            let specification = ProcessSpecification(
                node: "a",
                executable: "sh",
                arguments: ["-c", "ulimit -n; pwd"],
                workingDirectory: "/usr",
                readiness: .none,
                stopWithin: .seconds(1),
                openFiles: 77
            )
            try await bench.supervisor.start(specification)
            #expect(try await bench.lines(count: 2) == ["77", "/usr"])
            await bench.supervisor.shutdown()
        }
    }
}
