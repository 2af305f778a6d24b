import Checkers
import Evidence

/// Makes runs that show how a system serves: clients that send steadily, with faults during which it stalls.
///
/// Times are milliseconds here. Each client sends every 50 ms and is answered within 20 ms, but what is
/// sent while the system stalls is answered when that is over: at most 500 ms after the fault.
struct SteadyRun {
    static let ms: Int64 = 1_000_000
    static let workload: ClosedRange<Int64> = 1000...6000

    private var random: SeededGenerator
    private(set) var run = Run()
    private var stalls: [ClosedRange<Int64>] = []
    private var operations = 0

    /// A run in which everything is served well enough.
    static func make(seed: UInt64) -> Run {
        var maker = SteadyRun(seed: seed)
        maker.begin()
        for number in 1...maker.random.within(3...5) { maker.client("client.\(number)") }
        maker.end()
        return maker.run
    }

    private init(seed: UInt64) {
        random = SeededGenerator(seed: seed, stream: "steady")
        run.settings.expectations = CheckSettings.holding([.availability, .recovery, .latency])
        run.settings.settle = .milliseconds(700)
        run.settings.bounds = Bounds(
            availabilityPerMillion: 980_000,
            outageMax: .milliseconds(1200),
            recovery: .milliseconds(1000),
            latency: [
                .init(perMillion: 500_000, max: .milliseconds(30)),
                .init(perMillion: 1_000_000, max: .milliseconds(1200)),
            ],
            sends: 20 * 3,
            sendsPer: .seconds(1)
        )
    }

    private mutating func add(
        _ node: String,
        _ time: Int64,
        _ event: EventKind,
        _ fields: FieldValues = [:],
        micros: Int64 = 0
    ) {
        run.entries.append(
            Run.Entry(
                node: node,
                incarnation: 0,
                time: time * Self.ms + micros * 1000,
                event: event,
                fields: fields
            )
        )
    }

    private mutating func begin() {
        add("orchestrator", 0, .runStarted, [.plan: "p", .seed: "1", .version: "1"])
        add("orchestrator", 0, .phase, [.phase: "start"])
        add("orchestrator", Self.workload.lowerBound, .phase, [.phase: "workload"])
        var time: Int64 = 1500
        for number in 1...random.within(1...2) {
            time += Int64(random.within(0...400))
            let heal = time + Int64(random.within(100...400))
            let links = "server.1 -> server.2"
            let fault: FieldValues = [
                .fault: "f\(number)", .faultKind: "cut", .link: links,
            ]
            add("orchestrator", time, .faultIntended, fault)
            add("orchestrator", time + 1, .faultApplied, fault)
            add("orchestrator", time + 2, .faultVerified, fault)
            add("orchestrator", heal, .faultHealVerified, fault)
            stalls.append(time...(heal + Int64(random.within(1...500))))
            time = heal + Int64(random.within(600...1600))
        }
    }

    private mutating func end() {
        let end = Self.workload.upperBound
        add("orchestrator", end, .phase, [.phase: "heal"])
        add("orchestrator", end + 500, .phase, [.phase: "stop"])
        let nodes = Set(run.entries.map(\.node)).filter { $0.hasPrefix("client") }.sorted()
        for node in nodes {
            add("orchestrator", 1, .spawned, [.target: node, .targetIncarnation: "0", .pid: "1"])
            add(node, end + 600, .closed)
            let exited: FieldValues = [
                .target: node, .targetIncarnation: "0", .cause: "stopped", .status: "0",
                .accepted: "0",
            ]
            add("orchestrator", end + 700, .exited, exited)
        }
        add("orchestrator", end + 900, .barrier)
        add("orchestrator", end + 901, .closed)
        run.entries.sort { $0.time < $1.time }
    }

    /// When a request that is sent at a time is answered.
    private mutating func answer(_ time: Int64) -> Int64 {
        let stall = stalls.first { $0.contains(time) }
        return (stall?.upperBound ?? time) + Int64(random.within(1...20))
    }

    private mutating func client(_ node: String) {
        let user = "u-\(node)"
        operations += 1
        let register: FieldValues = [.operation: "\(operations)", .user: user]
        var asked = register
        asked[.secret] = "s"
        add(node, 10, .register, asked)
        add(node, 12, .registerOK, register)
        // Somebody else wants the name, and is refused.
        operations += 1
        asked[.operation] = "\(operations)"
        asked[.secret] = "other"
        let wanted = Int64(random.within(1200...5000))
        add(node, wanted, .register, asked)
        add(node, answer(wanted), .registerFail, [.operation: "\(operations)", .user: user])
        login(node, user, 20, 21, "a")
        let leaves = random.chance(1, in: 3) ? Int64(random.within(1200...4000)) : nil
        let returns = leaves.map { $0 + Int64(random.within(100...1500)) }
        if let leaves, let returns {
            let fields: FieldValues = [.user: user, .session: "a"]
            add(node, leaves, .logout, fields)
            login(node, user, returns, answer(returns), "b")
        }
        var number = 0
        let offset = Int64(random.within(1...49))
        for time in stride(
            from: Self.workload.lowerBound + offset,
            to: Self.workload.upperBound,
            by: 50
        ) {
            if let leaves, let returns, time > leaves - 25, time < answer(returns) + 25 { continue }
            number += 1
            let session = (returns.map { time > $0 } ?? false) ? "b" : "a"
            send(node, user, time, "\(user)/s/\(number)", session)
        }
    }

    private mutating func login(
        _ node: String,
        _ user: String,
        _ from: Int64,
        _ to: Int64,
        _ session: String
    ) {
        operations += 1
        let fields: FieldValues = [.operation: "\(operations)", .user: user, .secret: "s"]
        add(node, from, .login, fields)
        var opened = fields
        opened[.session] = session
        opened[.resumes] = "yes"
        add(node, to, .loginOK, opened)
    }

    private mutating func send(
        _ node: String,
        _ user: String,
        _ time: Int64,
        _ message: String,
        _ session: String
    ) {
        let answered = answer(time)
        let digest = "0000000000000001"
        add(
            node,
            time,
            .send,
            [.user: user, .message: message, .digest: digest, .session: session]
        )
        add(
            node,
            answered,
            .deliver,
            [.user: user, .session: session, .message: message, .digest: digest]
        )
        add(node, answered, .ack, [.user: user, .message: message, .session: session], micros: 1)
    }
}
