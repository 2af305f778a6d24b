import Evidence
import NIOCore

/// What all connections of a relay share. Used on the relay's one event loop only.
final class RelayState {
    /// Writes a record; called before what it tells of is done.
    typealias Recorder = (EventKind, FieldValues) -> Void

    private(set) var table = LinkTable()
    let configuration: RelayConfiguration
    private let loop: any EventLoop
    private let record: Recorder
    private let ignoresCuts: Bool
    private var budgets: [String: Int] = [:]
    private var probes: Set<String> = []
    private var connections: [ObjectIdentifier: RelayConnection] = [:]
    private var leases: [String: Scheduled<Void>] = [:]

    /// Makes the state of a relay.
    ///
    /// - Parameter ignoresCuts: a test's switch: cuts are taken and not carried out, so that a run
    ///   can show that it notices.
    init(
        configuration: RelayConfiguration,
        loop: any EventLoop,
        ignoresCuts: Bool,
        record: @escaping Recorder
    ) {
        self.configuration = configuration
        self.loop = loop
        self.ignoresCuts = ignoresCuts
        self.record = record
    }

    /// Carries out one request of the control socket.
    func answer(_ request: RelayRequest) -> RelayResponse {
        loop.preconditionInEventLoop()
        var failure: String?
        var tally: LinkTable.Tally?
        var closed: [Link] = []
        switch request {
        case .apply(let fault):
            apply(fault)
        case .heal(let id):
            heal(id, reason: "asked")
        case .expectProbes(let sources):
            probes.formUnion(sources)
        case .tally(let id):
            tally = table.tallies[id]
            if tally == nil {
                failure = "the relay knows no fault \(id)"
            }
        case .closed(let links):
            closed = links.filter { table.gate($0) != .open }
        }
        return RelayResponse(
            failure: failure,
            inForce: table.faults.keys.sorted(),
            tally: tally,
            closed: closed
        )
    }

    /// Whether a connection from this source is a probe; each expectation is used once.
    func takeProbe(source: String) -> Bool {
        probes.remove(source) != nil
    }

    func add(_ connection: RelayConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: RelayConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    func count(_ link: Link, connections: Int64 = 0, bytes: Int64 = 0, probes: Int64 = 0) {
        table.count(link, connections: connections, bytes: bytes, probes: probes)
    }

    /// Passes bytes through the tampering fault of a link.
    func tamper(
        _ tamper: inout LineTamper,
        _ fault: (id: String, settings: LineTamper.Settings),
        link: Link,
        _ bytes: some Sequence<UInt8>
    ) -> [UInt8] {
        let (out, changed) = tamper.pass(
            bytes,
            fault.settings,
            budget: &budgets[fault.id, default: 0]
        )
        let kind: EventKind =
            switch fault.settings.what {
            case .drop: .messageDropped
            case .duplicate: .messageDuplicated
            case .reorder: .messageReordered
            }
        for _ in changed {
            record(kind, [.fault: fault.id, .link: link.description])
            table.count(fault: fault.id, messages: 1)
        }
        return out
    }

    private func apply(_ fault: LinkFault) {
        record(.linkCut, [.fault: fault.id, .link: Link.text(fault.links.sorted())])
        if case .tamper(let settings) = fault.effect {
            budgets[fault.id] = settings.count
        } else if ignoresCuts {
            return
        }
        change(table.apply(fault))
        leases[fault.id] = loop.assumeIsolated().scheduleTask(
            in: .milliseconds(fault.leaseMilliseconds)
        ) { [unowned self] in
            heal(fault.id, reason: "lease")
        }
    }

    private func heal(_ id: String, reason: String) {
        leases.removeValue(forKey: id)?.cancel()
        let links = table.heal(id)
        guard !links.isEmpty else { return }
        let tally = table.tallies[id] ?? LinkTable.Tally()
        record(
            .linkHealed,
            [
                .fault: id, .link: Link.text(links.sorted()),
                .count: String(tally.connections + tally.messages),
            ]
        )
        change(links)
    }

    private func change(_ links: [Link]) {
        let changed = Set(links)
        for connection in connections.values.sorted(by: { $0.number < $1.number })
        where changed.contains(connection.forward) || changed.contains(connection.backward) {
            connection.gatesChanged()
        }
    }
}
