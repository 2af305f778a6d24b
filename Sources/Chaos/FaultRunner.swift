public import Evidence
import Journal
public import Planning

/// Carries out a plan's story: each fault is journaled as intended, applied, verified, healed, and
/// verified healed, in that order and whatever goes wrong.
public actor FaultRunner {
    /// Writes one record of a fault; with an instant where it happened before now.
    public typealias Recorder = @Sendable (EventKind, FieldValues, Instant?) throws -> Void
    /// Finds the node behind a selector now.
    public typealias Resolver = @Sendable (NodeSelector) async throws -> String

    /// How finely the end of a wait is noticed.
    private static let tick = Duration.milliseconds(20)

    private let topology: Topology
    private let relay: RelayClient
    private let processes: any ProcessControl
    private let resolve: Resolver
    private let record: Recorder
    private let clock = ContinuousClock()
    private var isEnding = false
    private var isCutShort = false

    /// Makes a runner; nothing happens yet.
    public init(
        topology: Topology,
        relay: RelayClient,
        processes: any ProcessControl,
        resolve: @escaping Resolver,
        record: @escaping Recorder
    ) {
        self.topology = topology
        self.relay = relay
        self.processes = processes
        self.resolve = resolve
        self.record = record
    }

    /// Runs all faults of a timetable, each at its time from now; returns when all are healed.
    ///
    /// A fault that fails is told by its records; only the journal's own failure is thrown.
    public func run(_ timetable: Timetable) async throws {
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for fault in timetable.faults {
                group.addTask { try await self.run(fault, start: start) }
            }
            try await group.waitForAll()
        }
    }

    /// Heals what is in force now and applies nothing more; `run` returns once all is healed.
    ///
    /// - Parameter isCutShort: whether the run ends before its time: then a fault that was still to
    ///   come has not failed.
    public func end(isCutShort: Bool) {
        isEnding = true
        self.isCutShort = isCutShort
    }

    private func run(_ fault: FaultInstance, start: ContinuousClock.Instant) async throws {
        await wait(until: start + fault.at)
        var values: FieldValues = [.fault: fault.id, .faultKind: fault.kind.rawValue]
        guard !isEnding else {
            if isCutShort { return }
            values[.reason] = "not applied: the workload ended before"
            return try record(.faultFailed, values, nil)
        }
        do {
            let (injector, duration) = try await prepare(fault, &values)
            guard !isEnding else {
                throw FaultError("not applied: the workload ended before its node was found")
            }
            try await carryOut(injector, duration, values)
        } catch let error as FaultError {
            values[.reason] = "\(error)"
            try record(.faultFailed, values, nil)
        }
    }

    private func carryOut(
        _ injector: any Injector,
        _ duration: Duration?,
        _ values: FieldValues
    ) async throws {
        try record(.faultIntended, values, nil)
        let begin = MonotonicClock.now()
        guard
            try await attempt("applied", values, { try await injector.apply() }) != nil
        else {
            _ = try await attempt("healed", values) { try await injector.heal() }
            return
        }
        try record(.faultApplied, values, begin)
        let applied = clock.now
        if let how = try await attempt("seen in force", values, { try await injector.verify() }) {
            try record(.faultVerified, values.with(.reason, how), nil)
        }
        await wait(until: applied + (duration ?? .zero))
        try record(.faultHealed, values, nil)
        guard try await attempt("healed", values, { try await injector.heal() }) != nil else {
            return
        }
        if let how = try await attempt("seen healed", values, { try await injector.verifyHealed() })
        {
            try record(.faultHealVerified, values.with(.reason, how), nil)
        }
        if try await attempt("counted", values, { try await injector.isExercised() }) == false {
            try record(.faultUnexercised, values, nil)
        }
    }

    /// Does one part of a fault; where it fails, a record says which and why.
    private func attempt<Result>(
        _ part: String,
        _ values: FieldValues,
        _ body: () async throws -> Result
    ) async throws -> Result? {
        do {
            return try await body()
        } catch {
            try record(.faultFailed, values.with(.reason, "not \(part): \(error)"), nil)
            return nil
        }
    }

    private func prepare(
        _ instance: FaultInstance,
        _ values: inout FieldValues
    ) async throws -> (any Injector, Duration?) {
        switch instance.action {
        case .kill(let kill):
            let node = try await resolve(kill.node)
            values[.target] = node
            let injector = KillInjector(
                id: instance.id,
                node: node,
                kill: kill,
                processes: processes
            )
            switch kill.then {
            case .restart(let after): return (injector, after)
            case .stayDown: return (injector, nil)
            }
        case .cut(let cut):
            let names = try await names(in: cut.links)
            let links = cut.links.links(servers: topology.servers) { names[$0] ?? "\($0)" }
            guard !links.isEmpty else {
                throw FaultError("the cut is on no link: its nodes are one and the same now")
            }
            values[.link] = Link.text(links.sorted())
            let effect: LinkFault.Effect = cut.how == .reset ? .reset : .blackhole
            let fault = linkFault(instance.id, links, effect, cut.duration)
            let injector = CutInjector(
                fault: fault,
                manner: cut.how,
                routes: topology.routes(for: links),
                relay: relay
            )
            return (injector, cut.duration)
        case .tamper(let tamper):
            let (from, to) = (try await resolve(tamper.from), try await resolve(tamper.to))
            guard from != to else { throw FaultError("\(from) has no link to itself") }
            let link = Link(from: from, to: to)
            values[.link] = link.description
            let settings = LineTamper.Settings(
                what: .init(tamper.what),
                matching: tamper.matching,
                count: tamper.count
            )
            let fault = linkFault(instance.id, [link], .tamper(settings), tamper.duration)
            return (TamperInjector(fault: fault, relay: relay), tamper.duration)
        }
    }

    private func linkFault(
        _ id: String,
        _ links: [Link],
        _ effect: LinkFault.Effect,
        _ duration: Duration
    ) -> LinkFault {
        LinkFault(
            id: id,
            links: links,
            effect: effect,
            leaseMilliseconds: duration.nanoseconds / 1_000_000
        )
    }

    private func names(in links: Cut.Links) async throws -> [NodeSelector: String] {
        let selectors: [NodeSelector] =
            switch links {
            case .oneWay(let from, let to): [from, to]
            case .between(let left, let right): left + right
            case .betweenOthers(let group): group
            }
        var names: [NodeSelector: String] = [:]
        for selector in selectors where names[selector] == nil {
            names[selector] = try await resolve(selector)
        }
        return names
    }

    private func wait(until instant: ContinuousClock.Instant) async {
        while !isEnding, clock.now < instant {
            try? await Task.sleep(for: min(Self.tick, clock.now.duration(to: instant)))
        }
    }
}

extension LineTamper.Manner {
    init(_ manner: Tamper.Manner) {
        switch manner {
        case .drop: self = .drop
        case .duplicate: self = .duplicate
        case .reorder: self = .reorder
        }
    }
}

extension FieldValues {
    func with(_ field: Field, _ value: String) -> FieldValues {
        var values = self
        values[field] = value
        return values
    }
}
