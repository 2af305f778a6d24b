import Evidence
import Messaging

/// Connections: lines in order, with a delay of their own, as the gates of their links allow.
extension Simulation {
    mutating func dial(_ from: Int, _ incarnation: Int, _ dial: DialID, _ address: Address) {
        guard let target = Self.place(of: address), serverPlaces.contains(target) else {
            queue.add(
                .event(
                    node: from,
                    incarnation: incarnation,
                    .dialFailed(dial, reason: "no such address")
                ),
                at: now + plan.delayMax
            )
            return
        }
        let index = connections.count
        let connection = newConnection(index, .near)
        connections.append(
            SimulatedConnection(
                near: .init(node: from, incarnation: incarnation, connection: connection),
                far: .init(node: target, incarnation: 0, connection: nil)
            )
        )
        connectionsOf[from].append(index)
        // The relay accepts at once, whatever becomes of the call.
        let time = now + delay(from, target)
        connections[index].latest[SimulatedConnection.Side.far.rawValue] = time
        queue.add(
            .event(node: from, incarnation: incarnation, .connected(connection, dial)),
            at: time
        )
        queue.add(.call(connection: index), at: time)
    }

    /// The address of a node, and back.
    static func address(_ place: Int) -> Address { Address(host: "10.0.0.\(place)", port: 1) }

    private static func place(of address: Address) -> Int? {
        address.host.split(separator: ".").last.flatMap { Int($0) }
    }

    /// The relay calls the target, once both links are open.
    mutating func call(_ index: Int) {
        let connection = connections[index]
        guard !connection.isEstablished, !connection.ends[0].isClosed else { return }
        let (near, target) = connection.route(from: .near)
        let both = [gate(near, target), gate(target, near)]
        if both.contains(.reset) {
            breakOff(index)
            return
        }
        guard !both.contains(.blackhole) else { return }
        guard let node = nodes[target], node.isRunning else {
            breakOff(index)
            return
        }
        let far = newConnection(index, .far)
        connections[index].isEstablished = true
        connections[index].ends[1].incarnation = node.incarnation
        connections[index].ends[1].connection = far
        connectionsOf[target].append(index)
        let time = now + delay(near, target)
        connections[index].latest[0] = max(connections[index].latest[0], time)
        queue.add(
            .event(node: target, incarnation: node.incarnation, .connected(far, nil)),
            at: time
        )
        release(index, .near)
    }

    mutating func send(_ lines: [[UInt8]], to receivers: [ConnectionID]) {
        for connection in receivers {
            guard let (index, side) = places[Int(connection.number)],
                !connections[index].ends[side.rawValue].isClosed
            else { continue }
            for line in lines {
                connections[index].waiting[side.rawValue].append(.line(line))
            }
            release(index, side)
        }
    }

    /// The node closed its end: what it wrote before goes on its way, then the end of the stream.
    mutating func close(_ connection: ConnectionID) {
        guard let (index, side) = places[Int(connection.number)] else { return }
        places[Int(connection.number)] = nil
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
        guard connections[index].isEstablished else { return }
        let (from, to) = connections[index].route(from: side)
        guard gate(from, to) == nil else { return }
        let parcels = connections[index].waiting[side.rawValue]
        connections[index].waiting[side.rawValue] = []
        for parcel in parcels {
            let time = max(connections[index].latest[side.rawValue], now + delay(from, to))
            connections[index].latest[side.rawValue] = time
            queue.add(.arrival(connection: index, from: side, parcel), at: time)
        }
    }

    mutating func arrive(
        _ index: Int,
        from side: SimulatedConnection.Side,
        _ parcel: SimulatedConnection.Parcel
    ) {
        let end = connections[index].ends[side.other.rawValue]
        guard !end.isClosed, let connection = end.connection else { return }
        if let pause = plan.readAfter {
            if connections[index].unread[side.rawValue].isEmpty {
                queue.add(.read(connection: index, from: side), at: now + pause)
            }
            connections[index].unread[side.rawValue].append(parcel)
            return
        }
        switch parcel {
        case .line(let line):
            tell(end.node, end.incarnation, .received(connection, line: line))
        case .end(let reason):
            closeEnd(index, side.other, reason)
        }
    }

    /// A node reads what arrived meanwhile: all lines together, then the end.
    mutating func read(_ index: Int, from side: SimulatedConnection.Side) {
        var lines: [[UInt8]] = []
        var reason: Event.CloseReason?
        for parcel in connections[index].unread[side.rawValue] {
            switch parcel {
            case .line(let line): lines.append(line)
            case .end(let why): reason = why
            }
        }
        connections[index].unread[side.rawValue] = []
        let end = connections[index].ends[side.other.rawValue]
        guard !end.isClosed, let connection = end.connection, let node = nodes[end.node],
            node.isRunning, node.incarnation == end.incarnation
        else { return }
        if !lines.isEmpty {
            step(end.node, node) { [now] in $0.receive(lines, over: connection, now: now) }
        }
        if let reason { closeEnd(index, side.other, reason) }
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
        connections[index].unread[side.other.rawValue] = []
        guard let connection = end.connection else { return }
        places[Int(connection.number)] = nil
        tell(end.node, end.incarnation, .closed(connection, reason: reason))
    }

    /// Resets both sides.
    mutating func breakOff(_ index: Int) {
        closeEnd(index, .near, .failed("reset"))
        closeEnd(index, .far, .failed("reset"))
    }

    /// A process died: the machine ends its connections.
    mutating func endConnections(of place: Int, incarnation: Int) {
        let indices = connectionsOf[place]
        connectionsOf[place] = []
        for index in indices {
            for side in [SimulatedConnection.Side.near, .far] {
                let end = connections[index].ends[side.rawValue]
                guard end.node == place, end.incarnation == incarnation else { continue }
                if let connection = end.connection { places[Int(connection.number)] = nil }
                self.end(index, side, .failed("reset"))
            }
        }
    }

    // MARK: Gates

    func gate(_ from: Int, _ to: Int) -> SimulatedFault.How? {
        guard !gates.isEmpty, let faults = gates[link(from, to)]?.values else { return nil }
        return faults.contains(.reset) ? .reset : faults.first
    }

    /// The connections over some of these links.
    func connections(over links: [Link]) -> [Int] {
        var changed: Set<Int> = []
        for link in links {
            guard let from = place(link.from), let to = place(link.to) else { continue }
            changed.formUnion([self.link(from, to), self.link(to, from)])
        }
        return connections.indices.filter { index in
            let (from, to) = connections[index].route(from: .near)
            return !connections[index].isOver && changed.contains(link(from, to))
        }
    }

    /// A fault on these links began or ended.
    mutating func gatesChanged(_ links: [Link]) {
        for index in connections(over: links) {
            let (from, to) = connections[index].route(from: .near)
            if gate(from, to) == .reset || gate(to, from) == .reset {
                breakOff(index)
            } else if connections[index].isEstablished {
                release(index, .near)
                release(index, .far)
            } else {
                call(index)
            }
        }
    }

    mutating func delay(_ from: Int, _ to: Int) -> Duration {
        let spread = Int((plan.delayMax - plan.delayMin).nanoseconds)
        let delay = plan.delayMin + .nanoseconds(Int64(delays.below(spread + 1)))
        guard !lags.isEmpty, let lag = lags[link(from, to)] else { return delay }
        return lag.values.reduce(delay, +)
    }

    private mutating func newConnection(
        _ index: Int,
        _ side: SimulatedConnection.Side
    ) -> ConnectionID {
        places.append((index, side))
        return ConnectionID(Int64(places.count - 1))
    }
}
