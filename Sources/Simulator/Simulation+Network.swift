import Evidence
import Messaging

/// Connections: lines in order, with a delay of their own, as the gates of their links allow.
extension Simulation {
    mutating func dial(_ name: String, _ incarnation: Int, _ dial: DialID, _ address: Address) {
        guard let target = nodes.values.first(where: { $0.address == address })?.name else {
            queue.add(
                .event(
                    node: name,
                    incarnation: incarnation,
                    .dialFailed(dial, reason: "no such address")
                ),
                at: now + delay()
            )
            return
        }
        let index = connections.count
        let connection = nextConnection()
        connections.append(
            SimulatedConnection(
                near: .init(node: name, incarnation: incarnation, connection: connection),
                far: .init(node: target, incarnation: 0, connection: nil)
            )
        )
        connectionsOf[name, default: []].append(index)
        places[Endpoint(node: name, connection: connection)] = (index, .near)
        // The relay accepts at once, whatever becomes of the call.
        let time = now + delay()
        connections[index].latest[SimulatedConnection.Side.far.rawValue] = time
        queue.add(
            .event(node: name, incarnation: incarnation, .connected(connection, dial)),
            at: time
        )
        queue.add(.call(connection: index), at: time)
    }

    /// The relay calls the target, once both links are open.
    mutating func call(_ index: Int) {
        let connection = connections[index]
        guard !connection.isEstablished, !connection.ends[0].isClosed else { return }
        let both = [gate(connection.link(from: .near)), gate(connection.link(from: .far))]
        if both.contains(.reset) {
            breakOff(index)
            return
        }
        guard !both.contains(.blackhole) else { return }
        let target = connection.ends[1].node
        guard let node = nodes[target], node.isRunning else {
            breakOff(index)
            return
        }
        let far = nextConnection()
        connections[index].isEstablished = true
        connections[index].ends[1].incarnation = node.incarnation
        connections[index].ends[1].connection = far
        places[Endpoint(node: target, connection: far)] = (index, .far)
        connectionsOf[target, default: []].append(index)
        let time = now + delay()
        connections[index].latest[0] = max(connections[index].latest[0], time)
        queue.add(
            .event(node: target, incarnation: node.incarnation, .connected(far, nil)),
            at: time
        )
        release(index, .near)
    }

    mutating func send(_ name: String, _ connection: ConnectionID, _ frame: Frame) {
        guard let (index, side) = places[Endpoint(node: name, connection: connection)],
            !connections[index].ends[side.rawValue].isClosed
        else { return }
        for line in frame.bytes.split(separator: UInt8(ascii: "\n")) {
            connections[index].waiting[side.rawValue].append(.line(Array(line)))
        }
        release(index, side)
    }

    /// The node closed its end: what it wrote before goes on its way, then the end of the stream.
    mutating func close(_ name: String, _ connection: ConnectionID) {
        let endpoint = Endpoint(node: name, connection: connection)
        guard let (index, side) = places.removeValue(forKey: endpoint) else { return }
        end(index, side, .ended)
    }

    mutating func end(_ index: Int, _ side: SimulatedConnection.Side, _ reason: Event.CloseReason) {
        guard !connections[index].ends[side.rawValue].isClosed else { return }
        connections[index].ends[side.rawValue].isClosed = true
        connections[index].waiting[side.other.rawValue] = []
        connections[index].waiting[side.rawValue].append(.end(reason))
        release(index, side)
    }

    /// Passes on what waits on one side, where its link lets it.
    mutating func release(_ index: Int, _ side: SimulatedConnection.Side) {
        let connection = connections[index]
        guard connection.isEstablished, gate(connection.link(from: side)) == nil else { return }
        for parcel in connection.waiting[side.rawValue] {
            let time = max(connections[index].latest[side.rawValue], now + delay())
            connections[index].latest[side.rawValue] = time
            queue.add(.arrival(connection: index, from: side, parcel), at: time)
        }
        connections[index].waiting[side.rawValue] = []
    }

    mutating func arrive(
        _ index: Int,
        from side: SimulatedConnection.Side,
        _ parcel: SimulatedConnection.Parcel
    ) {
        let end = connections[index].ends[side.other.rawValue]
        guard !end.isClosed, let connection = end.connection else { return }
        switch parcel {
        case .line(let line):
            tell(end.node, end.incarnation, .received(connection, line: line))
        case .end(let reason):
            closeEnd(index, side.other, reason)
        }
    }

    /// Tells a node that its connection is closed by the other side.
    private mutating func closeEnd(
        _ index: Int,
        _ side: SimulatedConnection.Side,
        _ reason: Event.CloseReason
    ) {
        let end = connections[index].ends[side.rawValue]
        guard !end.isClosed else { return }
        connections[index].ends[side.rawValue].isClosed = true
        connections[index].waiting = [[], []]
        guard let connection = end.connection else { return }
        places[Endpoint(node: end.node, connection: connection)] = nil
        tell(end.node, end.incarnation, .closed(connection, reason: reason))
    }

    /// Resets both sides.
    mutating func breakOff(_ index: Int) {
        closeEnd(index, .near, .failed("reset"))
        closeEnd(index, .far, .failed("reset"))
    }

    /// A process died: the machine ends its connections.
    mutating func endConnections(of name: String, incarnation: Int) {
        for index in connectionsOf.removeValue(forKey: name) ?? [] {
            for side in [SimulatedConnection.Side.near, .far] {
                let end = connections[index].ends[side.rawValue]
                guard end.node == name, end.incarnation == incarnation else { continue }
                if let connection = end.connection {
                    places[Endpoint(node: name, connection: connection)] = nil
                }
                self.end(index, side, .failed("reset"))
            }
        }
    }

    // MARK: Gates

    func gate(_ link: Link) -> SimulatedFault.How? {
        guard let faults = gates[link]?.values else { return nil }
        return faults.contains(.reset) ? .reset : faults.first
    }

    /// A fault on these links began or ended.
    mutating func gatesChanged(_ links: [Link]) {
        let changed = Set(links)
        for index in connections.indices {
            let connection = connections[index]
            guard
                connection.ends.contains(where: { !$0.isClosed }) || !connection.waiting[0].isEmpty
            else { continue }
            let forward = connection.link(from: .near)
            guard changed.contains(forward) || changed.contains(forward.reversed) else { continue }
            if gate(forward) == .reset || gate(forward.reversed) == .reset {
                breakOff(index)
            } else if connection.isEstablished {
                release(index, .near)
                release(index, .far)
            } else {
                call(index)
            }
        }
    }

    mutating func delay() -> Duration {
        let spread = Int((plan.delayMax - plan.delayMin).nanoseconds)
        return plan.delayMin + .nanoseconds(Int64(random.below(spread + 1)))
    }

    private mutating func nextConnection() -> ConnectionID {
        lastConnection += 1
        return ConnectionID(lastConnection)
    }
}
