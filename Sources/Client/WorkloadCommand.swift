import ArgumentParser
import Arguments
import Evidence
import Journal
import Messaging
import Transport

/// `ordeal-client workload`: one user of a run, driven from arguments and controls.
struct WorkloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workload",
        abstract: "Drive one user by plan: what a run starts.",
        discussion: """
            It registers and logs in, says READY=1 at NOTIFY_SOCKET, and then heeds lines on standard \
            input: start, rest, drain, stop. SIGTERM is stop.

              (echo start; sleep 10; echo drain; sleep 1; echo stop) |
                ordeal-client workload --name client.1 --server 127.0.0.1:3780 --rate 5/s
            """
    )

    @Option(help: "The client's name in the plan, for example client.3.")
    var name: String

    @Option(
        help: "A server, host:port; may be given several times; tried in this order.",
        transform: AddressOption.parse
    )
    var server: [AddressOption]

    @Option(
        help: "The numeric address that connections come from.",
        transform: NumericHostOption.parse
    )
    var bind: NumericHostOption?

    @Option(help: "The user. The default is user-3 for client.3.")
    var user: String?

    @Option(help: "How many clients the run has; their users are user-1, user-2 ….")
    var others = 1

    @Option(help: "How often it sends a message.", transform: RateOption.parse)
    var rate: RateOption?

    @Option(help: "How many messages it sends at once, ever so much less often.")
    var burst = 1

    @Option(help: "The length of a message's body in bytes: 64, or 64..1024.")
    var body = RangeOption(64...64)

    @Option(help: "How often it logs out or vanishes, and returns.", transform: RateOption.parse)
    var churn: RateOption?

    @Option(help: "What it does then, in turn: logout, vanish, register; with commas.")
    var churnKinds: ChurnKindsOption?

    @Option(help: "How long it stays away, for example 100ms..4s.")
    var away: DurationRangeOption?

    @Option(
        help: "How often it registers a name that other clients want at the same time.",
        transform: RateOption.parse
    )
    var rivals: RateOption?

    @Option(
        help: "How often it tries what must fail: taken names, wrong secrets.",
        transform: RateOption.parse
    )
    var intruders: RateOption?

    @Option(
        name: .customLong("for"),
        help: "How long the workload lasts after start.",
        transform: DurationOption.parse
    )
    var duration: DurationOption?

    @Flag(help: "Speak the stock protocol only: no acknowledgements, no resume.")
    var stock = false

    @Flag(help: "Write one record for many deliveries, before they are acknowledged.")
    var batch = false

    @Option(
        help: "How long a silent user still counts as connected.",
        transform: DurationOption.parse
    )
    var hold: DurationOption?

    @Option(
        parsing: .unconditional,
        help: "The seed of its secret and of its chance decisions.",
        transform: SeedText.parse
    )
    var seed: UInt64 = 0

    func validate() throws {
        guard !server.isEmpty else { throw ValidationError("give at least one --server") }
        guard body.range.lowerBound >= 0, body.range.upperBound <= 1 << 20 else {
            throw ValidationError("--body must be within 0..1048576, not \(body.range)")
        }
        guard (1...64).contains(burst) else {
            throw ValidationError("--burst must be 1 to 64, not \(burst)")
        }
        guard others >= 1 else {
            throw ValidationError("--others must be 1 or more, not \(others)")
        }
        guard (hold?.duration ?? .seconds(2)) >= .milliseconds(100) else {
            throw ValidationError("--hold must be 100ms or more")
        }
    }

    func run() throws {
        ClientProgram.run {
            let writer = try JournalWriter.fromEnvironment(program: "ordeal-client")
            try writer?.writeStarted(version: Version.text)
            var settings = ShellSettings(bind: bind?.host)
            settings.connectTimeout = hold?.duration ?? settings.connectTimeout
            var hooks = ShellHooks(
                record: { kind, fields, instant in try writer?.write(kind, fields, at: instant) },
                ready: { try Notifier.ready() },
                show: ClientProgram.complain
            )
            if batch, let writer {
                let batcher = DeliveryBatcher(writer)
                hooks.record = { kind, fields, instant in
                    try batcher.write(kind, fields, at: instant)
                }
                hooks.settle = { try batcher.settle() }
            }
            let shell = try Shell.launch(WorkloadCore(workload), settings, hooks)
            ControlInput.forwardSignals(to: shell.control)
            ControlInput.forwardControls(to: shell.control)
            let code = try shell.wait()
            try writer?.close()
            return code
        }
    }

    private var workload: WorkloadConfiguration {
        let user = user ?? WorkloadConfiguration.user(of: name)
        var client = ClientConfiguration(
            user: user,
            secret: WorkloadConfiguration.secret(of: user, seed: seed),
            client: ClientProgram.clientID(name),
            servers: server.map(\.address)
        )
        client.isStock = stock
        client.hold = hold?.duration ?? client.hold
        client.seed = seed
        var workload = WorkloadConfiguration(client: client, others: others)
        workload.sendInterval = rate?.interval
        workload.burst = burst
        workload.bodyBytes = body.range.lowerBound
        workload.bodyBytesMax = body.range.upperBound
        workload.churnInterval = churn?.interval
        workload.churnKinds = churnKinds?.kinds ?? workload.churnKinds
        workload.away = away?.range
        workload.rivalInterval = rivals?.interval
        workload.intruderInterval = intruders?.interval
        workload.duration = duration?.duration
        return workload
    }
}
