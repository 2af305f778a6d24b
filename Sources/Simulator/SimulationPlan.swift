public import Checkers
public import Evidence
public import Messaging

/// What a simulated run is made of: nodes, workload, links, settings and faults.
public struct SimulationPlan: Sendable {
    /// The seed of everything that is left to chance.
    public var seed: UInt64
    /// How many servers: 1 … 12. The default is 6.
    public var servers = 6
    /// How many clients: 1 or more. The default is 20.
    public var clients = 20
    /// How many more clients log in as the users of the first ones, at the same time. The default is 0.
    public var twins = 0
    /// How many of the clients, the last ones, are anonymous. The default is 0.
    public var anonymousClients = 0
    /// How many of the clients, those before the anonymous ones, speak the stock protocol. The default
    /// is 0.
    public var stockClients = 0
    /// The time from one send of a client to the next; nil: only the last messages. The default is
    /// 200 ms.
    public var sendInterval: Duration? = .milliseconds(200)
    /// The mean time from one leaving of a client to the next; nil: never. The default is nil.
    public var churnInterval: Duration?
    /// The mean time from one operation of a client that must fail to the next; nil: none. The default
    /// is nil.
    public var intruderInterval: Duration?
    /// The mean time from one registration of a name that other clients want too to the next; nil:
    /// none. The default is nil.
    public var rivalInterval: Duration?
    /// How long the workload lasts. The default is 15 s.
    public var workload: Duration = .seconds(15)
    /// The servers that start only so long after the workload began, by number from 2.
    public var joins: [Int: Duration] = [:]

    /// How long a silent link or user still counts. The default is 2 s.
    public var hold: Duration = .seconds(2)
    /// How many super-peers there should be. The default is 4.
    public var superPeers = 4
    /// What a side without a majority of the voters does. The default is `quorum`.
    public var registration = RegistrationMode.quorum
    /// When a client is sent to another server. The default is a server's own.
    public var clientRedirect = RedirectThresholds(min: 200, max: 400)
    /// When a joining server is sent to another one. The default is a server's own.
    public var serverRedirect = RedirectThresholds(min: 16, max: 32)
    /// What a connection may ask, and how much is kept.
    public var limits = ServerLimits()
    /// What the wall clocks of servers are ahead, by number.
    public var clockOffsets: [Int: Duration] = [:]
    /// Which mechanisms of the cores are on: all but in tests of them.
    public var mechanisms = Mechanisms.all

    /// The least time that a line takes from one node to another. The default is 100 µs.
    public var delayMin: Duration = .microseconds(100)
    /// The most that it takes. The default is 2 ms.
    public var delayMax: Duration = .milliseconds(2)
    /// How long a process leaves what arrives over a connection, and then reads all of it at once; nil: it
    /// reads each line as it arrives. The default is nil.
    public var readAfter: Duration?
    /// How much longer some links take, all the time.
    public var slowLinks: [Link: Duration] = [:]
    /// The order in which messages are delivered. The default is `fifo`.
    public var ordering = MessageOrdering.fifo
    /// Whether servers keep their state on disks. The default is false.
    public var isDurable = false
    /// The most time that a change takes to reach a disk. The default is 5 ms.
    public var diskDelayMax: Duration = .milliseconds(5)
    /// What goes wrong.
    public var faults: [SimulatedFault] = []
    /// How long servers may be cut off from one another at a time: a cut that would make it longer is tried
    /// later, and in the end does not happen. The default is nil: as long as the faults say.
    public var asideMax: Duration?

    /// Makes a plan without faults.
    public init(seed: UInt64) {
        self.seed = seed
    }

    /// How soon servers agree again.
    public var settle: Duration { hold * 4 }

    /// Whether each step is followed by a look at the invariants: not where a mechanism is off, for then
    /// the checkers alone must see it.
    public var checksInvariants: Bool { mechanisms == .all }

    /// Whether a user may be logged in on two sides at once.
    private var mayBeTwice: Bool {
        twins > 0 && faults.contains { $0.what.partsServers }
    }

    /// The guarantees that must hold: all that have a checker, but for those that a partition may cost a
    /// cluster that registers on every side, and users that two clients log in on two sides.
    public var promises: [Guarantee] {
        Guarantee.allCases.filter { guarantee in
            switch guarantee {
            case .noLoss, .fifo:
                return !mayBeTwice
            case .causal, .total:
                if mayBeTwice { return false }
                return ordering == .total || guarantee == .causal && ordering == .causal
            case .uniqueRegistration, .durableRegistration:
                return registration == .quorum
            case .availability, .recovery, .latency:
                return false
            case .noDuplication, .noCreation, .addressing, .noResurrection, .singleLogin,
                .authentication, .singleMaster, .oneSupervisor, .balance, .processes,
                .evidence, .experiment:
                return true
            }
        }
    }
}

extension SimulationPlan: CustomStringConvertible {
    /// The plan in a few lines, for people: who takes part, how they are set, what goes wrong when.
    public var description: String {
        var lines = [
            "\(servers) servers, \(superPeers) super-peers wanted, hold \(hold.shortText), "
                + "registration \(registration.rawValue), ordering \(ordering.rawValue)",
            "\(clients) clients (\(stockClients) stock, \(anonymousClients) anonymous), "
                + "\(twins) more as users of others, for \(workload.shortText)",
            "a send every \(text(sendInterval)), leaving every \(text(churnInterval)), "
                + "an intrusion every \(text(intruderInterval))",
            isDurable ? "disks take up to \(diskDelayMax.shortText)" : "no disks",
            "links take \(delayMin.nanoseconds / 1000) … \(delayMax.nanoseconds / 1000) µs"
                + (readAfter.map { ", lines are read together after \($0.shortText)" } ?? ""),
        ]
        let slow = slowLinks.sorted { $0.key < $1.key }
        if !slow.isEmpty {
            lines.append(
                "slow: " + slow.map { "\($0.key) by \($0.value.shortText)" }.joined(separator: ", ")
            )
        }
        if clientRedirect.min < 100 || serverRedirect.min < 10 {
            lines.append(
                "redirects of clients from \(clientRedirect.min) to \(clientRedirect.max), "
                    + "of servers from \(serverRedirect.min) to \(serverRedirect.max)"
            )
        }
        if limits != ServerLimits() {
            lines.append(
                "limits: \(limits.linesPerSecondMax) lines/s, "
                    + "\(limits.unacknowledgedSendsMax) open sends, "
                    + "\(limits.clientPendingBytesMax) B pending, "
                    + "retention \(limits.settledRetention.shortText)"
            )
        }
        for (server, offset) in clockOffsets.sorted(by: { $0.key < $1.key }) {
            lines.append("the clock of server.\(server) is off by \(offset.shortText)")
        }
        for (server, after) in joins.sorted(by: { $0.key < $1.key }) {
            lines.append("server.\(server) joins at \(after.shortText)")
        }
        for (index, fault) in faults.enumerated() { lines.append("fault.\(index + 1) \(fault)") }
        return lines.joined(separator: "\n")
    }

    private func text(_ duration: Duration?) -> String { duration?.shortText ?? "never" }
}
