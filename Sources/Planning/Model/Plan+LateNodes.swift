extension Plan {
    /// The nodes that are held back: not started with the cluster, but by a `start` of the story, which
    /// names them before any other step can have ended them.
    public var lateNodes: Set<String> { story.lateNodes(in: cluster) }
}

extension [Step] {
    /// The nodes that a `start` names before any other step can have ended them.
    func lateNodes(in cluster: Cluster) -> Set<String> {
        var late: Set<String> = []
        var touched: Set<String> = []
        for step in inOrder {
            var isStart = false
            if case .start = step.action { isStart = true }
            for selector in step.action.processNodes {
                switch selector {
                case .name(let name):
                    if isStart, !touched.contains(name) { late.insert(name) }
                    touched.insert(name)
                case .master, .superPeer, .peer, .anyServer, .servers:
                    if !isStart { touched.formUnion(cluster.serverNames) }
                case .clients:
                    if !isStart { touched.formUnion(cluster.clientNames) }
                case .others, .allOthers:
                    break
                }
            }
        }
        return late
    }

    /// The steps in the order of time; those at once as they stand.
    private var inOrder: [Step] {
        enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }
}

extension Step {
    /// When the step begins, after the workload began.
    var time: Duration {
        switch trigger {
        case .at(let time): time
        }
    }
}
