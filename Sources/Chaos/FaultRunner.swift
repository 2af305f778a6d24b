public import Evidence
import Journal

/// Carries out a plan's story: each fault is journaled as intended, applied, verified, healed, and
/// verified healed, in that order and whatever goes wrong.
public actor FaultRunner {
    /// Writes one record of a fault; with an instant where it happened before now.
    public typealias Recorder = @Sendable (EventKind, FieldValues, Instant?) throws -> Void
    /// Finds the servers that have a role now, in the order of their numbers: one or more.
    public typealias RoleFinder = @Sendable (ServerRole) async throws -> [String]

    /// How finely the end of a wait is noticed.
    private static let tick = Duration.milliseconds(20)

    let topology: Topology
    let relay: RelayClient
    let processes: any ProcessControl
    let findRole: RoleFinder
    private let record: Recorder
    let clock = ContinuousClock()
    private(set) var isEnding = false
    private(set) var isCutShort = false
    private var isHeld = false

    /// Makes a runner; nothing happens yet.
    public init(
        topology: Topology,
        relay: RelayClient,
        processes: any ProcessControl,
        findRole: @escaping RoleFinder,
        record: @escaping Recorder
    ) {
        self.topology = topology
        self.relay = relay
        self.processes = processes
        self.findRole = findRole
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

    /// Applies nothing more until the end; what is in force is healed at its time.
    public func hold() {
        isHeld = true
    }

    private func run(_ fault: FaultInstance, start: ContinuousClock.Instant) async throws {
        await wait(until: start + fault.at)
        while isHeld, !isEnding {
            try await Task.sleep(for: Self.tick)
        }
        var values: FieldValues = [.fault: fault.id, .faultKind: fault.kind.rawValue]
        guard !isEnding else {
            if isCutShort { return }
            values[.reason] = "not applied: the workload ended before"
            return try record(.faultFailed, values, nil)
        }
        do {
            try await carryOut(fault, values)
        } catch let error as FaultError {
            values[.reason] = "\(error)"
            try record(.faultFailed, values, nil)
        }
    }

    /// Applies, verifies, heals and verifies again; one record each for every one of the values.
    func carryOut(
        _ injector: any Injector,
        _ duration: Duration?,
        _ values: [FieldValues]
    ) async throws {
        try write(.faultIntended, values)
        let begin = MonotonicClock.now()
        guard
            try await attempt("applied", values, { try await injector.apply() }) != nil
        else {
            _ = try await attempt("healed", values) { try await injector.heal() }
            return
        }
        try write(.faultApplied, values, at: begin)
        let applied = clock.now
        if let how = try await attempt("seen in force", values, { try await injector.verify() }) {
            try write(.faultVerified, values.map { $0.with(.reason, how) })
        }
        await wait(until: applied + (duration ?? .zero))
        try write(.faultHealed, values)
        guard try await attempt("healed", values, { try await injector.heal() }) != nil else {
            return
        }
        if let how = try await attempt("seen healed", values, { try await injector.verifyHealed() })
        {
            try write(.faultHealVerified, values.map { $0.with(.reason, how) })
        }
        if try await attempt("counted", values, { try await injector.isExercised() }) == false {
            try write(.faultUnexercised, values)
        }
    }

    private func write(_ kind: EventKind, _ values: [FieldValues], at: Instant? = nil) throws {
        for value in values {
            try record(kind, value, at)
        }
    }

    /// Does one part of a fault; where it fails, a record says which and why.
    private func attempt<Result>(
        _ part: String,
        _ values: [FieldValues],
        _ body: () async throws -> Result
    ) async throws -> Result? {
        do {
            return try await body()
        } catch {
            try write(
                .faultFailed,
                values.prefix(1).map { $0.with(.reason, "not \(part): \(error)") }
            )
            return nil
        }
    }

    func wait(until instant: ContinuousClock.Instant) async {
        while !isEnding, clock.now < instant {
            try? await Task.sleep(for: min(Self.tick, clock.now.duration(to: instant)))
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
