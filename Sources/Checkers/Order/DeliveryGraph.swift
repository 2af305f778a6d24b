import Evidence

/// The union of all receivers' orders: an edge from each message to the next that the same user got.
///
/// It takes each user's first delivery of each message. Where a user was delivered several at the same
/// time in different incarnations, these are concurrent: a node in between, which is no message, parts
/// them from what came before and after. Memory: three words for each edge, one for each node.
struct DeliveryGraph {
    /// How many nodes there are: the messages, and those that are none.
    private(set) var nodes: Int
    /// Where the edges of each node begin in `targets`; one more at the end.
    private(set) var starts: [Int32] = []
    /// The node to which each edge leads.
    private(set) var targets: [Int32] = []
    /// The delivery that each edge leads to, or from where it leads to no message.
    private(set) var deliveries: [Int32] = []
    /// How many messages were delivered to two users or more.
    private(set) var shared = 0

    /// Makes the graph of a history. Linear in the deliveries.
    init(_ history: History) {
        nodes = history.messages.count
        let isFirst = Fifo.firstDeliveries(history)
        var received = [[Int32]](repeating: [], count: history.users.count)
        var receivers = [Int32](repeating: 0, count: nodes)
        for (index, delivery) in history.deliveries.enumerated() where isFirst[index] {
            received[delivery.user].append(Int32(index))
            receivers[delivery.message] += 1
        }
        shared = receivers.count { $0 > 1 }
        var edges: [(from: Int32, to: Int32, delivery: Int32)] = []
        for order in received {
            addEdges(of: order, history, &edges)
        }
        // Sorted by their first node, by counting.
        starts = [Int32](repeating: 0, count: nodes + 1)
        for edge in edges { starts[Int(edge.from) + 1] += 1 }
        for node in 0..<nodes { starts[node + 1] += starts[node] }
        var next = starts
        targets = [Int32](repeating: 0, count: edges.count)
        deliveries = targets
        for edge in edges {
            let place = Int(next[Int(edge.from)])
            next[Int(edge.from)] += 1
            targets[place] = edge.to
            deliveries[place] = edge.delivery
        }
    }

    private mutating func addEdges(
        of order: [Int32],
        _ history: History,
        _ edges: inout [(from: Int32, to: Int32, delivery: Int32)]
    ) {
        func message(_ index: Int32) -> Int32 {
            Int32(history.deliveries[Int(index)].message)
        }
        func record(_ index: Int32) -> Int { history.deliveries[Int(index)].record }
        var groupStart = 0
        /// The node that all of the next group comes after.
        var last: Int32?
        while groupStart < order.count {
            let time = history.time(record(order[groupStart]))
            var groupEnd = groupStart + 1
            while groupEnd < order.count, history.time(record(order[groupEnd])) == time {
                groupEnd += 1
            }
            let group = order[groupStart..<groupEnd]
            groupStart = groupEnd
            let isChain = zip(group, group.dropFirst()).allSatisfy {
                history.precedes(record($0), record($1))
            }
            if isChain {
                for index in group {
                    if let last { edges.append((last, message(index), index)) }
                    last = message(index)
                }
                continue
            }
            // Sorted by record, so those of one incarnation follow each other.
            let end = Int32(nodes)
            nodes += 1
            for (place, index) in group.enumerated() {
                let before = place == 0 ? nil : group[group.startIndex + place - 1]
                if let before, history.precedes(record(before), record(index)) {
                    edges.append((message(before), message(index), index))
                } else if let last {
                    edges.append((last, message(index), index))
                }
                edges.append((message(index), end, index))
            }
            last = end
        }
    }

    /// The parts of the graph, of two nodes or more, in which each node leads to each other one.
    ///
    /// Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion. One step an
    /// edge and node; five words a node.
    func knots() -> [[Int]] {
        let none = Int32.max
        var number = [Int32](repeating: none, count: nodes)
        var low = number
        var isOpen = [Bool](repeating: false, count: nodes)
        var open: [Int] = []
        var path: [(node: Int, edge: Int)] = []
        var count: Int32 = 0
        var result: [[Int]] = []
        for root in 0..<nodes where number[root] == none {
            path.append((root, Int(starts[root])))
            while let (node, edge) = path.last {
                if number[node] == none {
                    number[node] = count
                    low[node] = count
                    count += 1
                    open.append(node)
                    isOpen[node] = true
                }
                if edge < Int(starts[node + 1]) {
                    path[path.count - 1].edge += 1
                    let target = Int(targets[edge])
                    if number[target] == none {
                        path.append((target, Int(starts[target])))
                    } else if isOpen[target] {
                        low[node] = min(low[node], number[target])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
                guard low[node] == number[node], let place = open.lastIndex(of: node) else {
                    continue
                }
                let knot = Array(open[place...])
                open.removeSubrange(place...)
                for member in knot { isOpen[member] = false }
                if knot.count > 1 { result.append(knot) }
            }
        }
        return result
    }

    /// A shortest way round from a node of a knot back to it, as edges.
    func circle(through node: Int, in knot: Set<Int>) -> [Int] {
        var cameBy: [Int: Int] = [:]
        var cameFrom: [Int: Int] = [:]
        var queue = [node]
        var next = 0
        while next < queue.count {
            let current = queue[next]
            next += 1
            for edge in Int(starts[current])..<Int(starts[current + 1]) {
                let target = Int(targets[edge])
                guard knot.contains(target), cameBy[target] == nil else { continue }
                cameBy[target] = edge
                cameFrom[target] = current
                if target != node {
                    queue.append(target)
                    continue
                }
                var result = [edge]
                var place = current
                while place != node, let edge = cameBy[place], let from = cameFrom[place] {
                    result.append(edge)
                    place = from
                }
                return result.reversed()
            }
        }
        return []
    }
}
