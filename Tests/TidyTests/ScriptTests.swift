import Foundation
import Testing

/// The scripts of ci/ count what really ran; a stand-in takes the place of `swift` and `ordeal`.
@Suite struct ScriptTests {
    /// What a script printed and how it ended.
    private struct Outcome {
        var lines: [String]
        var status: Int32
    }

    /// What a stand-in for `swift test` prints.
    enum Log: String {
        case passing, failing, broken, none

        /// The text. It is no argument of a test: its lines would be counted in the real run.
        var text: String {
            switch self {
            case .passing: ScriptTests.passing
            case .failing: ScriptTests.failing
            case .broken: ScriptTests.broken
            case .none: ScriptTests.none
            }
        }
    }

    private static let passing = """
        ◇ Test run started.
        ✔ Test "a name, failed after all" passed after 0.001 seconds.
        ✔ Test plain() passed after 0.001 seconds.
        ✔ Suite S passed after 0.002 seconds.
        ✔ Test run with 2 tests in 1 suite passed after 0.002 seconds.
        """
    private static let failing = """
        ◇ Test run started.
        ➜ Test "off" skipped: "why"
        ➜ Test plainOff() skipped.
        ◇ Test case passing 1 argument i → 1 to "cases" started.
        ✘ Test plain() recorded an issue at A.swift:7:30: Expectation failed: Bool(false)
        ✘ Test plain() failed after 0.001 seconds with 1 issue.
        ✘ Test "cases" with 3 test cases failed after 0.001 seconds with 1 issue.
        ━ Test "known" passed after 0.001 seconds with 1 known issue.
        ✔ Test "named" passed after 0.001 seconds.
        ✘ Suite S failed after 0.002 seconds with 5 issues (including 1 known issue).
        ✘ Test run with 6 tests in 1 suite failed after 0.002 seconds with 5 issues (including 1 known issue).
        """
    private static let broken = """
        ◇ Test run started.
        ✔ Test plain() passed after 0.001 seconds.
        error: Exited with unexpected signal code 4
        """
    /// What each of the three runs prints whose tests run apart.
    private static let alone = "✔ Test run with 1 test in 1 suite passed after 0.001 seconds."
    private static let none = "✔ Test run with 0 tests in 0 suites passed after 0.001 seconds."

    @Test(
        "`.ci/run` ends with the line of what passed and failed, and with its meaning",
        arguments: [
            (.passing, 0, 0, "7 passed, 0 failed", 0),
            (.passing, 0, 3, "6 passed, 1 failed", 1),
            (.failing, 1, 0, "7 passed, 2 failed", 1),
            (.broken, 1, 0, "6 passed, 1 failed", 1),
            (.none, 0, 0, "5 passed, 1 failed", 1),
            (.passing, 1, 0, "7 passed, 1 failed", 1),
        ] as [(Log, Int32, Int32, String, Int32)]
    )
    func counting(log: Log, tests: Int32, run: Int32, last: String, status: Int32) throws {
        let outcome = try script(".ci/run", log: log.text, tests: tests, build: 0, run: run)
        #expect(outcome.lines.last == last)
        #expect(outcome.status == status)
        #expect(outcome.lines.contains("2 skipped") == (log == .failing))
    }

    @Test("seeds that fail in the simulator are one failure, and the quickstart still runs")
    func simulation() throws {
        let outcome = try script(
            ".ci/run",
            log: Self.passing,
            tests: 0,
            build: 0,
            run: 0,
            simulation: 1
        )
        #expect(outcome.lines.contains { $0.hasPrefix("ordeal simulate --seeds 1..2000") })
        #expect(outcome.lines.contains { $0.hasPrefix("ordeal run") })
        #expect(outcome.lines.last == "6 passed, 1 failed")
        #expect(outcome.status == 1)
    }

    @Test("a build that fails is a failure, and no test is said to have passed")
    func buildFails() throws {
        let outcome = try script(".ci/run", log: Self.passing, tests: 0, build: 1, run: 0)
        #expect(outcome.lines.last == "0 passed, 2 failed")
        #expect(outcome.status == 1)
    }

    @Test("`ci/run` passes arguments on and ends with the exit code of the run")
    func run() throws {
        let outcome = try script(
            "ci/run",
            ["--seed", "7"],
            log: Self.passing,
            tests: 0,
            build: 0,
            run: 2
        )
        #expect(outcome.lines.contains("ordeal run Plans/quickstart.yaml --seed 7"))
        #expect(outcome.status == 2)
    }

    @Test("`ci/soak` stops at the first seed that fails and names it")
    func soak() throws {
        let right = try script(
            "ci/soak",
            ["Plans/quickstart.yaml", "3"],
            log: "",
            tests: 0,
            build: 0,
            run: 0
        )
        #expect(right.lines.count { $0.hasPrefix("ordeal run") } == 3)
        #expect(right.status == 0)
        let wrong = try script(
            "ci/soak",
            ["Plans/quickstart.yaml", "3", "5"],
            log: "",
            tests: 0,
            build: 0,
            run: 1
        )
        #expect(wrong.lines.count { $0.hasPrefix("ordeal run") } == 1)
        #expect(wrong.lines.contains { $0.contains("seed 5 failed with exit code 1") })
        #expect(wrong.status == 1)
        #expect(try script("ci/soak", [], log: "", tests: 0, build: 0, run: 0).status == 64)
    }

    private func script(
        _ path: String,
        _ arguments: [String] = [],
        log: String,
        tests: Int32,
        build: Int32,
        run: Int32,
        simulation: Int32 = 0
    ) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "ordeal-scripts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data((log + "\n").utf8).write(to: folder.appending(path: "log"))
        try install(
            """
            #!/bin/sh
            case "$1 $*" in
            --version*) echo "Swift version 6.3.1" ;;
            build*--show-bin-path*) echo '\(folder.path)' ;;
            build*) exit \(build) ;;
            *--filter*) echo '\(Self.alone)' ;;
            test*) cat '\(folder.path)/log'; exit \(tests) ;;
            esac
            """,
            as: "swift",
            in: folder
        )
        try install(
            """
            #!/bin/sh
            echo ordeal "$@"
            case $1 in
            simulate) exit \(simulation) ;;
            esac
            exit \(run)

            """,
            as: "ordeal",
            in: folder
        )
        // Nothing is installed by a test.
        for name in ["apt-get", "sudo"] {
            try install("#!/bin/sh\nexit 1\n", as: name, in: folder)
        }
        let process = Process()
        process.executableURL = SourceTree.root.appending(path: path)
        process.arguments = arguments
        process.currentDirectoryURL = SourceTree.root
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(folder.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        return Outcome(lines: lines, status: process.terminationStatus)
    }

    private func install(_ text: String, as name: String, in folder: URL) throws {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
}
