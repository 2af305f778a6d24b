import ArgumentParser
import Arguments
import Evidence
import Glibc
import Journal
import Messaging
import Secrets
import Store
import Synchronization
import Transport

/// `ordeal-node`: one server of the super-peer messaging system.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ordeal-node",
        abstract: "A server of the super-peer messaging system.",
        discussion: """
            Without --remote it founds a system; with it, it joins the one that it finds there.

              ordeal-node --listen 127.0.0.1:3780 --secret s3
              ordeal-node --listen 127.0.0.1:3781 --secret s3 --remote 127.0.0.1:3780
              ordeal-node --take-over 127.0.0.1:3781 --secret s3

            The course's options -lp, -lh, -rp, -rh, -s and -a are understood as well. With \
            ORDEAL_RUN, ORDEAL_NODE, ORDEAL_INCARNATION, ORDEAL_JOURNAL and ORDEAL_ACK_PAGE set it \
            writes its records to that journal. SIGTERM ends it in order.
            """,
        version: Version.text
    )

    @Option(
        help: "Where to accept connections, host:port. The default is 0.0.0.0:3780.",
        transform: AddressOption.parse
    )
    var listen: AddressOption?

    @Option(
        help: "What others are told, host:port. The default is --listen, or this machine's name.",
        transform: AddressOption.parse
    )
    var announce: AddressOption?

    @Option(
        help: "The numeric address that connections to others come from.",
        transform: NumericHostOption.parse
    )
    var bind: NumericHostOption?

    @Option(
        help: "A server to join, host:port; may be given several times.",
        transform: AddressOption.parse
    )
    var remote: [AddressOption] = []

    @Option(help: "The node's name. The default is server@ and the announced address.")
    var name: String?

    @Option(
        name: [.long, .customShort("s")],
        help:
            "The secret that all servers share; else ORDEAL_CLUSTER_SECRET; else a new one is made and shown."
    )
    var secret: String?

    @Option(
        help: "How long a silent link or user still counts, for example 2s.",
        transform: DurationOption.parse
    )
    var hold: DurationOption?

    @Option(help: "How many super-peers there should be, the master included.")
    var superPeers = 4

    @Option(
        help:
            "The folder in which it keeps its state, so that nothing acknowledged is lost when every server dies. The default is to keep it in memory only."
    )
    var dataDir: String?

    @Option(help: "How costly secrets are hashed: 1 to 11, each twice as long as the one before.")
    var hashCost = SlowHash.costDefault

    @Option(
        parsing: .unconditional,
        help: "The seed of its chance decisions.",
        transform: SeedText.parse
    )
    var seed: UInt64 = 0

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    @OptionGroup(title: "Settings of the system")
    var system: SystemOptions

    @Option(
        help: ArgumentHelp(
            "Starts no server: tells the super-peer at host:port that the other voters are dead.",
            discussion: """
                It then decides the next epoch alone, and registration works again. That no name \
                is registered twice rests on your word from then on. --secret must be the cluster's.
                """
        ),
        transform: AddressOption.parse
    )
    var takeOver: AddressOption?

    @Option(
        name: [.customLong("lp", withSingleDash: true)],
        help: "The port to accept connections at (3780)."
    )
    var localPort: Int?

    @Option(
        name: [.customLong("lh", withSingleDash: true)],
        help: "The host that others are told to connect to."
    )
    var localHost: String?

    @Option(
        name: [.customLong("rp", withSingleDash: true)],
        help: "The port of the server to join (3780)."
    )
    var remotePort: Int?

    @Option(
        name: [.customLong("rh", withSingleDash: true)],
        help: "The host of the server to join."
    )
    var remoteHost: String?

    @Option(
        name: .customShort("a"),
        help: "How often servers announce themselves, in ms: hold / 4."
    )
    var announceMilliseconds: Int?

    func validate() throws {
        guard (1...64).contains(superPeers) else {
            throw ValidationError("--super-peers must be 1 to 64, not \(superPeers)")
        }
        guard SlowHash.costs.contains(hashCost) else {
            throw ValidationError("--hash-cost must be 1 to 11, not \(hashCost)")
        }
        let interval = holdDuration
        guard interval >= .milliseconds(100), interval <= .seconds(3600) else {
            let wanted = hold == nil ? "-a must be 25 to 900000 ms" : "--hold must be 100ms to 1h"
            throw ValidationError(wanted)
        }
        if listen != nil && localPort != nil {
            throw ValidationError("--listen and -lp both say where to listen: give one of them")
        }
        for port in [localPort, remotePort].compactMap(\.self) where !(1...65535).contains(port) {
            throw ValidationError("a port must be 1 to 65535, not \(port)")
        }
        if takeOver != nil && givenSecret == nil {
            throw ValidationError("--take-over needs --secret, or ORDEAL_CLUSTER_SECRET")
        }
        for (option, text) in [("--data-dir", dataDir), ("--secret", secret)] where text == "" {
            throw ValidationError("\(option) must not be empty")
        }
        if let own = remote.map(\.address).first(where: { $0 == listen?.address }) {
            throw ValidationError("--remote \(own) is --listen: a server cannot join itself")
        }
        if let name, name.isEmpty || name.contains("~") || name.contains("/") {
            throw ValidationError("--name must not be empty nor hold ~ or /")
        }
    }

    func run() throws {
        ControlInput.holdSignals()
        let filesMax = Machine.raiseFileLimit()
        do {
            if let takeOver, let secret = givenSecret {
                Glibc.exit(try TakeOver.send(to: takeOver.address, secret: secret))
            }
            Glibc.exit(try serve(filesMax: filesMax))
        } catch let error as ShellError {
            Self.complain("\(error)")
            Glibc.exit(EX_UNAVAILABLE)
        } catch let error where error is StoreError || error is DiskError {
            Self.complain("\(error)")
            Glibc.exit(EX_IOERR)
        } catch {
            Self.complain("\(error)")
            Glibc.exit(EX_SOFTWARE)
        }
    }

    private func serve(filesMax: Int) throws -> Int32 {
        let writer = try JournalWriter.fromEnvironment(program: "ordeal-node")
        try writer?.writeStarted(version: Version.text)
        let shared = givenSecret ?? Machine.newSecret()
        if givenSecret == nil { Self.complain("the servers' secret is \(shared)") }
        var configuration = serverConfiguration(secret: shared)
        configuration.limits = limits.limits(filesMax: filesMax)
        if configuration.limits.connectionsMax < (limits.maxConnections ?? 0) {
            Self.complain(
                "no more than \(configuration.limits.connectionsMax) connections: only \(filesMax) files may be "
                    + "open; raise the limit (ulimit -n)"
            )
        }
        configuration.recordsMessages = writer != nil
        let forClients = configuration.limits.forClients
        var settings = ShellSettings(listen: listenAddress, bind: bind?.host)
        settings.connectTimeout = configuration.hold
        settings.keepAlive = configuration.hold
        settings.lineBytesMax = forClients.lineBytesMax
        settings.pendingBytesMax = forClients.pendingBytesMax
        settings.connectionsMax = LimitOptions.sockets(filesMax: filesMax)
        // Who is refused comes again and again, and strangers can come as often as they like.
        let sparing = Mutex(Sparing<EventKind>(max: 5, period: .seconds(10)))
        var hooks = ShellHooks(
            record: { kind, fields, instant in
                if let writer { return try writer.write(kind, fields, at: instant) }
                guard Self.told.contains(kind),
                    case .passes(let leftOut) = sparing.withLock({ $0.take(kind, now: instant) })
                else { return }
                let more = leftOut > 0 ? " (\(leftOut) more such lines were left out)" : ""
                Self.complain(RecordSentence.text(kind, fields) + more)
            },
            ready: { try Notifier.ready() },
            show: Self.complain
        )
        hooks.hasher = SlowHash(cost: hashCost)
        let core: ServerCore
        if let dataDir {
            let store = try Store.open(in: dataDir)
            hooks.store = store
            core = try ServerCore(
                configuration: configuration,
                disk: store.contents(),
                age: store.age
            )
        } else {
            core = ServerCore(configuration: configuration)
        }
        let shell = try Shell.launch(core, settings, hooks)
        ControlInput.forwardSignals(to: shell.control)
        ControlInput.forwardControls(to: shell.control)
        let code = try shell.wait()
        try writer?.close()
        return code
    }

    /// What a person who started it by hand is told, in place of the journal.
    private static let told: Set<EventKind> = [
        .listening, .roleChanged, .peerRefused, .limitExceeded,
    ]

    /// The environment is not for everybody to read, the command line is.
    private var givenSecret: String? {
        secret ?? getenv("ORDEAL_CLUSTER_SECRET").map { String(cString: $0) }
    }

    private var listenAddress: Address {
        listen?.address ?? Address(host: "0.0.0.0", port: localPort ?? 3780)
    }

    private var holdDuration: Duration {
        if let hold { return hold.duration }
        return announceMilliseconds.map { .milliseconds(Int64($0) * 4) } ?? .seconds(2)
    }

    private func serverConfiguration(secret: String) -> ServerConfiguration {
        var announced = announce?.address ?? listenAddress
        if announce == nil {
            if let localHost {
                announced.host = localHost
            } else if announced.host == "0.0.0.0" {
                announced.host = Machine.hostName
            }
        }
        var remotes = remote.map(\.address)
        if let remoteHost { remotes.append(Address(host: remoteHost, port: remotePort ?? 3780)) }
        var configuration = ServerConfiguration(
            name: name ?? "server@\(announced)",
            address: announced,
            remotes: remotes,
            secret: secret
        )
        configuration.hold = holdDuration
        configuration.superPeers = superPeers
        configuration.seed = seed
        system.apply(to: &configuration)
        configuration.markKey = Machine.newKey()
        return configuration
    }

    private static func complain(_ line: String) {
        Console.complain("ordeal-node: \(line)")
    }
}
