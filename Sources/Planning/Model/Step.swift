/// One step of a plan's story: a trigger and an action.
public struct Step: Sendable, Equatable {
    /// The fault's name in records and reports: `fault.1` … in the order of the plan.
    public var id: String
    /// When it happens.
    public var trigger: Trigger
    /// What happens.
    public var action: Action

    /// When a step happens.
    public enum Trigger: Sendable, Equatable {
        /// This long after the workload began.
        case at(Duration)
    }

    /// What a step does.
    public enum Action: Sendable, Equatable {
        /// Kills processes.
        case kill(Kill)
        /// Asks nodes to end in order.
        case stop(Stop)
        /// Starts nodes that are down.
        case start(Start)
        /// Asks nodes to end in order and starts them again.
        case restart(Restart)
        /// Cuts links.
        case cut(Cut)
        /// Drops, duplicates or reorders whole protocol messages on a link.
        case tamper(Tamper)
    }

    /// Makes a step.
    public init(id: String, trigger: Trigger, action: Action) {
        self.id = id
        self.trigger = trigger
        self.action = action
    }
}

extension Step.Action {
    /// The nodes whose processes it starts or ends, as the plan names them; none for a fault on links.
    var processNodes: [NodeSelector] {
        switch self {
        case .kill(let kill): kill.nodes
        case .stop(let stop): stop.nodes
        case .start(let start): start.nodes
        case .restart(let restart): restart.nodes
        case .cut, .tamper: []
        }
    }
}
