import Glibc
import Synchronization
import Testing

@testable import Journal

@Suite("Starting a process", .serialized, .timeLimit(.minutes(10)))
struct SpawnRequestTests {
    let directory: TemporaryDirectory
    let output: String

    init() throws {
        directory = try TemporaryDirectory()
        output = "\(directory.path)/out"
    }

    /// Runs a shell script with its standard output in a file; returns how it ended and the text.
    func run(
        _ script: String,
        _ change: (inout SpawnRequest) -> Void = { _ in }
    ) throws -> (ChildProcess.Exit?, String) {
        let file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(file) }
        var request = SpawnRequest("sh", ["-c", script])
        request.environment = [("PATH", "/usr/bin:/bin")]
        request.descriptors = [-1, file, file]
        // The threads of a test end when they like.
        request.parentDeathSignal = 0
        change(&request)
        let child = try request.start()
        #expect(child.waitForEnd(.seconds(20)))
        let exit = child.reap()
        return (exit, String(decoding: try Files.read(output), as: UTF8.self))
    }

    @Test("an exit code and a signal are told apart")
    func exitAndSignal() throws {
        #expect(try run("exit 7").0 == .code(7))
        #expect(try run("kill -TERM $$").0 == .signal(SIGTERM))
    }

    @Test("a process has only the environment and the descriptors that it was given")
    func nothingIsInherited() throws {
        setenv("ORDEAL_TEST_LEAK", "1", 1)
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let (_, text) = try run("env; ls /proc/$$/fd")
        #expect(!text.contains("ORDEAL_TEST_LEAK"))
        let descriptors = text.split(separator: "\n").filter { Int($0) != nil }
        // 10 and up are the shell's own.
        #expect(descriptors.filter { Int($0) ?? 0 < 10 } == ["0", "1", "2"])
    }

    @Test("passed descriptors get the numbers of their places, however they overlap")
    func descriptorsArePlaced() throws {
        let (_, text) = try run("echo five >&5; echo three >&3") { request in
            let file = request.descriptors[1]
            request.descriptors = [-1, 0, 1, file, 2, file]
        }
        #expect(text.contains("five"))
        #expect(text.contains("three"))
    }

    @Test("it is the leader of a process group of its own")
    func ownGroup() throws {
        let (_, text) = try run("echo $$ $(cut -d' ' -f5 /proc/$$/stat)")
        let words = text.split(whereSeparator: \.isWhitespace)
        #expect(words.count == 2 && words.first == words.last)
    }

    @Test("LISTEN_PID tells its own pid")
    func listenPID() throws {
        let (_, text) = try run("echo $$ $LISTEN_PID") { $0.tellsListenPID = true }
        let words = text.split(whereSeparator: \.isWhitespace)
        #expect(words.count == 2 && words.first == words.last)
    }

    @Test("working directory and limit of open files are as asked")
    func directoryAndLimit() throws {
        let (_, text) = try run("pwd; ulimit -n") { request in
            request.directory = "/usr"
            request.openFiles = 100
        }
        #expect(text == "/usr\n100\n")
    }

    @Test("a process is nicer than its parent by what is asked")
    func niceness() throws {
        let (_, before) = try run("nice") { _ in }
        let (_, after) = try run("nice") { $0.niceness = 2 }
        let numbers = [before, after].compactMap {
            Int($0.trimmingPrefix(" ").prefix { $0 != "\n" })
        }
        #expect(numbers.count == 2)
        #expect(numbers.last == min(19, (numbers.first ?? 0) + 2))
    }

    @Test("signals that are ignored or blocked here are not so in the process")
    func signalsAreDefault() throws {
        signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, SIG_DFL) }
        let (_, text) = try run("grep -E '^Sig(Blk|Ign)' /proc/self/status")
        for line in text.split(separator: "\n") {
            #expect(line.hasSuffix("0000000000000000"))
        }
    }

    @Test(
        "what cannot be started is an error that names the step and the remedy",
        arguments: [
            ("/nonexistent/program", "cannot execute: No such file"),
            ("/etc/passwd", "cannot execute: Permission denied"),
            ("no-such-program", "no program no-such-program"),
        ]
    )
    func cannotStart(program: String, expected: String) {
        let before = openDescriptors()
        // Other tests open descriptors meanwhile: a leak shows by the number of attempts.
        for _ in 0..<300 {
            _ = try? SpawnRequest(program).start()
        }
        #expect(openDescriptors() < before + 300)
        let error = #expect(throws: JournalError.self) { try SpawnRequest(program).start() }
        #expect(error?.what.contains(expected) == true)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("a working directory that is not there is named")
    func missingDirectory() {
        var request = SpawnRequest("true")
        request.directory = "/nonexistent"
        let error = #expect(throws: JournalError.self) { try request.start() }
        #expect(error?.what.contains("enter the working directory /nonexistent") == true)
    }

    @Test("it dies with the thread that started it")
    func diesWithThread() throws {
        let pids = Slot()
        let thread = try SystemThread(name: "parent") {
            pids.child = try? SpawnRequest("sleep", ["60"]).start()
        }
        thread.join()
        let child = try #require(pids.child)
        #expect(child.waitForEnd(.seconds(5)))
        #expect(child.reap() == .signal(SIGKILL))
    }

    @Test("what a process leaves in its group is killed when it is reaped")
    func groupIsKilled() throws {
        let (exit, text) = try run("sleep 60 & echo $!; exit 0")
        #expect(exit == .code(0))
        let pid = try #require(Int32(text.split(separator: "\n").first ?? ""))
        var isGone = false
        for _ in 0..<200 where !isGone {
            let status = (try? Files.read("/proc/\(pid)/stat")).map {
                String(decoding: $0, as: UTF8.self)
            }
            isGone = status.map { $0.contains(") Z ") } ?? true
            if !isGone { usleep(10_000) }
        }
        #expect(isGone)
    }

    private func openDescriptors() -> Int {
        (try? Files.entries(of: "/proc/self/fd").count) ?? -1
    }
}

/// Hands a child from one thread to another.
private final class Slot: Sendable {
    private let value = Mutex<ChildProcess?>(nil)

    var child: ChildProcess? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
