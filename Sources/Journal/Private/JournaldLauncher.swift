import Evidence
import Glibc

/// Starts journald processes for one run, one after another on the same sockets.
struct JournaldLauncher: ~Copyable {
    /// How long journald may take until it says that it is ready.
    static let readyMax: Duration = .seconds(15)
    /// How long the test for a mount namespace may take.
    private static let probeMax: Duration = .seconds(5)
    private static let candidates = [
        "/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald",
    ]

    let isolation: JournaldConfiguration.Isolation
    private let run: String
    private let runtime: String
    private let directory: String
    private let program: String
    private let configuration: JournaldConfiguration
    private let sockets: JournaldSockets
    private let notify: NotifySocket
    private let log: Int32
    private let logPath: String

    init(
        runtime: RuntimeDirectory,
        directory: String,
        logPath: String,
        configuration: JournaldConfiguration
    ) throws {
        guard let program = Self.candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw JournalError(
                .unavailable,
                what: "systemd-journald is not installed (looked in "
                    + "\(Self.candidates.joined(separator: ", ")))",
                remedy: "apt install systemd"
            )
        }
        let isolation = configuration.isolation ?? Self.possibleIsolation()
        let sockets = try JournaldSockets(directory: runtime.path)
        let notify = try NotifySocket(path: "\(runtime.path)/journald-notify")
        let log = open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else {
            let problem = errno
            throw JournalError(
                .unavailable,
                what: "cannot make \(logPath): \(JournalError.text(problem))",
                remedy: "check that its directory is there and writable"
            )
        }
        self.isolation = isolation
        self.sockets = sockets
        self.notify = notify
        self.log = log
        self.run = runtime.run
        self.runtime = runtime.path
        self.directory = directory
        self.program = program
        self.configuration = configuration
        self.logPath = logPath
    }

    deinit {
        close(log)
    }

    /// Starts journald and waits until it is ready.
    ///
    /// The calling thread must last: journald gets SIGKILL when it ends.
    func launch() throws -> ChildProcess {
        while notify.receive() != nil {}
        var request = Self.request(
            isolation,
            configuration.script(hidesRun: !directory.hasPrefix("/run/")),
            [program, JournaldConfiguration.namespace]
        )
        request.environment = [
            ("PATH", SpawnRequest.path.joined(separator: ":")), ("LANG", "C.UTF-8"),
            ("ORDEAL_RUN", run), ("ORDEAL_NODE", "journald"),
            ("RUNTIME_DIRECTORY", runtime), ("LOGS_DIRECTORY", directory),
            ("NOTIFY_SOCKET", notify.path),
            ("LISTEN_FDS", String(sockets.descriptors.count)),
        ]
        request.environment += configuration.form.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
        request.tellsListenPID = true
        request.descriptors = [-1, -1, log] + sockets.descriptors
        let child = try request.start()
        do {
            try waitUntilReady(child)
        } catch {
            child.signalGroup(SIGKILL)
            _ = child.waitForEnd(.seconds(5))
            _ = child.reap()
            throw error
        }
        return child
    }

    private func waitUntilReady(_ child: ChildProcess) throws {
        let deadline = MonotonicClock.now() + Self.readyMax
        var events = [
            pollfd(fd: notify.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while MonotonicClock.now() < deadline {
            let left = (deadline - MonotonicClock.now()).nanoseconds / 1_000_000
            poll(&events, nfds_t(events.count), Int32(clamping: left))
            if let message = notify.receive() {
                if message.lines.contains("READY=1") { return }
            } else if events[1].revents != 0 {
                throw failure("it ended while it started")
            }
        }
        throw failure("it was not ready within \(Self.readyMax)")
    }

    private func failure(_ why: String) -> JournalError {
        let bytes = (try? Files.read(logPath)) ?? []
        let tail = String(decoding: bytes.suffix(600), as: UTF8.self)
            .split(separator: "\n").suffix(4).joined(separator: " | ")
        return JournalError(
            .daemon,
            what: "journald did not start: \(why)\(tail.isEmpty ? "" : "; it said: \(tail)")",
            remedy: "read \(logPath); see what this machine allows with: ordeal doctor"
        )
    }

    /// The first way to give journald its configuration that this machine allows.
    private static func possibleIsolation() -> JournaldConfiguration.Isolation {
        for isolation in JournaldConfiguration.Isolation.allCases where isolation != .none {
            if isolation == .mountNamespace, geteuid() != 0 { continue }
            var probe = request(isolation, JournaldConfiguration().script(hidesRun: true), ["true"])
            probe.environment = [("PATH", SpawnRequest.path.joined(separator: ":"))]
            guard let child = try? probe.start() else { continue }
            let ended = child.waitForEnd(probeMax)
            if !ended {
                child.signalGroup(SIGKILL)
                _ = child.waitForEnd(.seconds(1))
            }
            if case .code(0) = child.reap(), ended { return isolation }
        }
        return .none
    }

    private static func request(
        _ isolation: JournaldConfiguration.Isolation,
        _ script: String,
        _ command: [String]
    ) -> SpawnRequest {
        let words =
            isolation == .none
            ? command : isolation.tool + ["sh", "-c", script, "sh"] + command
        return SpawnRequest(words[0], Array(words.dropFirst()))
    }
}
