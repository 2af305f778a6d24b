import Evidence
import Planning

/// Cuts links by the relay and sees by probes that nothing passes.
actor CutInjector: Injector {
    /// How long a probe's byte must stay away until a link counts as silent.
    private static let silence = Duration.milliseconds(100)
    /// How long a healed link may take to echo.
    private static let patience = Duration.seconds(2)

    private let fault: LinkFault
    private let manner: Cut.Manner
    private let routes: [Probe.Route]
    private let links: [Link]
    private let relay: RelayClient
    private var openBefore: ProbeSet?

    /// Makes an injector.
    ///
    /// - Parameter routes: one probe route for each pair of nodes between which a link is cut.
    init(
        fault: LinkFault,
        manner: Cut.Manner,
        routes: [(route: Probe.Route, link: Link)],
        relay: RelayClient
    ) {
        self.fault = fault
        self.manner = manner
        self.routes = routes.map(\.route)
        links = routes.map(\.link)
        self.relay = relay
    }

    func apply() async throws {
        let probes = try await ProbeSet(routes, relay: relay)
        openBefore = probes
        await probes.send()
        _ = await probes.outcomes(within: Self.patience)
        try await relay.ask(.apply(fault))
    }

    func verify() async throws -> String {
        guard let openBefore else {
            throw FaultError("the cut was not applied")
        }
        let fresh = try await ProbeSet(routes, relay: relay)
        await openBefore.send()
        await fresh.send()
        let wanted: Probe.Outcome = manner == .reset ? .closed : .silent
        let wait = manner == .reset ? Self.patience : Self.silence
        async let oldOutcomes = openBefore.outcomes(within: wait)
        async let newOutcomes = fresh.outcomes(within: wait)
        let (old, new) = (await oldOutcomes, await newOutcomes)
        await fresh.close()
        // A link under a stricter fault besides is reset where this one would be silent.
        let passed = (old + new).count { $0 == .echoed || manner == .reset && $0 == .silent }
        guard passed == 0 else {
            throw FaultError(
                "\(passed) of \(old.count + new.count) probes over the cut links were not \(wanted)"
            )
        }
        let tally = try await relay.ask(.tally(id: fault.id)).tally ?? LinkTable.Tally()
        guard tally.probes > 0 else {
            throw FaultError("the relay held back or reset no probe")
        }
        return "\(old.count + new.count) probes over \(fault.links.count) links were \(wanted)"
    }

    func heal() async throws {
        try await relay.ask(.heal(id: fault.id))
    }

    func verifyHealed() async throws -> String {
        defer { openBefore = nil }
        let state = try await relay.ask(.tally(id: fault.id))
        guard !state.inForce.contains(fault.id) else {
            throw FaultError("the relay still keeps the cut in force")
        }
        let before = try await closedPlaces()
        var missing: Set<Int> = []
        if manner == .blackhole, let openBefore {
            // One that another fault reset meanwhile says nothing of this heal.
            let outcomes = await openBefore.outcomes(within: Self.patience)
            missing.formUnion(outcomes.indices.filter { outcomes[$0] == .silent })
        }
        await openBefore?.close()
        let fresh = try await ProbeSet(routes, relay: relay)
        await fresh.send()
        let outcomes = await fresh.outcomes(within: Self.patience)
        missing.formUnion(outcomes.indices.filter { outcomes[$0] != .echoed })
        await fresh.close()
        let excused = before.union(try await closedPlaces())
        guard missing.isSubset(of: excused) else {
            let first = missing.subtracting(excused).min() ?? 0
            throw FaultError(
                "\(missing.subtracting(excused).count) of \(routes.count) pairs of nodes are still cut "
                    + "after the heal, the first of them \(links[first])"
            )
        }
        let others = missing.isEmpty ? "" : ", \(missing.count) are under another cut"
        return "probes pass again between \(routes.count - missing.count) pairs of nodes\(others)"
    }

    /// The places of the routes that another fault keeps cut, in one direction at least.
    private func closedPlaces() async throws -> Set<Int> {
        let both = links + links.map(\.reversed)
        let closed = Set(try await relay.ask(.closed(links: both)).closed)
        return Set(
            links.indices.filter {
                closed.contains(links[$0]) || closed.contains(links[$0].reversed)
            }
        )
    }

    func isExercised() async throws -> Bool? {
        try await relay.ask(.tally(id: fault.id)).tally?.isExercised
    }
}
