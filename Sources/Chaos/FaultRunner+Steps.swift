import Evidence
import Planning

/// What each kind of step does.
extension FaultRunner {
    func carryOut(_ fault: FaultInstance, _ values: FieldValues) async throws {
        switch fault.action {
        case .kill(let kill):
            let nodes = try await nodes(kill.nodes, fault)
            let delay: Duration? =
                switch kill.then {
                case .restart(let after): after
                case .stayDown: nil
                }
            let end = end(fault, nodes, .signal(kill.signal), restarts: delay != nil)
            try await carryOut(end, delay, values, on: nodes)
        case .stop(let stop):
            let nodes = try await nodes(stop.nodes, fault)
            try await carryOut(end(fault, nodes, .stop, restarts: false), nil, values, on: nodes)
        case .start(let start):
            let nodes = try await nodes(start.nodes, fault, areDown: true)
            let injector = StartInjector(nodes: nodes, processes: processes)
            try await carryOut(injector, nil, values, on: nodes)
        case .restart(let restart):
            try await carryOut(restart, fault, values)
        case .cut(let cut):
            try await carryOut(cut, fault, values)
        case .tamper(let tamper):
            try await carryOut(tamper, fault, values)
        }
    }

    private func carryOut(
        _ restart: Restart,
        _ fault: FaultInstance,
        _ values: FieldValues
    ) async throws {
        let nodes = try await nodes(restart.nodes, fault)
        guard restart.isRolling else {
            let end = end(fault, nodes, .stop, restarts: true)
            return try await carryOut(end, restart.downFor, values, on: nodes)
        }
        for (place, node) in nodes.enumerated() {
            let begin = clock.now
            let end = end(fault, [node], .stop, restarts: true)
            try await carryOut(end, restart.downFor, values, on: [node])
            guard place < nodes.count - 1 else { return }
            await wait(until: begin + restart.every)
            guard !isEnding else {
                if isCutShort { return }
                throw FaultError(
                    "the workload ended before \(nodes[place + 1]) was restarted, "
                        + "\(nodes.count - place - 1) of \(nodes.count) are missing"
                )
            }
        }
    }

    private func carryOut(_ cut: Cut, _ fault: FaultInstance, _ values: FieldValues) async throws {
        let (left, right) = cut.links.sides
        var names: [NodeSelector: [String]] = [:]
        var generator = fault.generator
        for selector in left + right where names[selector] == nil {
            names[selector] = try await resolve(selector, &generator)
        }
        let links = cut.links.links(servers: topology.servers, clients: topology.clients) {
            names[$0] ?? []
        }
        guard !links.isEmpty else {
            throw FaultError("the cut is on no link: its nodes are one and the same now")
        }
        try await guardStillOn()
        let effect: LinkFault.Effect = cut.how == .reset ? .reset : .blackhole
        let injector = CutInjector(
            fault: linkFault(fault.id, links, effect, cut.duration),
            manner: cut.how,
            routes: topology.routes(for: links),
            relay: relay
        )
        let values = values.with(.link, Link.text(links))
        try await carryOut(injector, cut.duration, [values])
    }

    private func carryOut(
        _ tamper: Tamper,
        _ fault: FaultInstance,
        _ values: FieldValues
    ) async throws {
        var generator = fault.generator
        guard let from = try await resolve(tamper.from, &generator).first,
            let to = try await resolve(tamper.to, &generator).first, from != to
        else { throw FaultError("both ends of the link are one node") }
        try await guardStillOn()
        let link = Link(from: from, to: to)
        let settings = LineTamper.Settings(
            what: .init(tamper.what),
            matching: tamper.matching,
            count: tamper.count
        )
        let injector = TamperInjector(
            fault: linkFault(fault.id, [link], .tamper(settings), tamper.duration),
            relay: relay
        )
        let values = values.with(.link, link.description)
        try await carryOut(injector, tamper.duration, [values])
    }

    private func end(
        _ fault: FaultInstance,
        _ nodes: [String],
        _ means: EndInjector.Means,
        restarts: Bool
    ) -> EndInjector {
        EndInjector(
            id: fault.id,
            nodes: nodes,
            means: means,
            restarts: restarts,
            processes: processes
        )
    }

    private func carryOut(
        _ injector: any Injector,
        _ duration: Duration?,
        _ values: FieldValues,
        on nodes: [String]
    ) async throws {
        try await guardStillOn()
        try await carryOut(injector, duration, nodes.map { values.with(.target, $0) })
    }

    /// - Throws: `FaultError` where the workload ended while the fault's nodes were looked for.
    private func guardStillOn() async throws {
        guard !isEnding else {
            throw FaultError("not applied: the workload ended before its node was found")
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
