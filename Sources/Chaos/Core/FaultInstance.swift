public import Evidence
public import Planning

/// One fault of a run: what a step of the plan's story became in the timetable.
public struct FaultInstance: Sendable, Equatable {
    /// The step's name in records and reports, for example `fault.2`.
    public let id: String
    /// What kind of fault it is.
    public let kind: Kind
    /// When it begins, after the workload began.
    public let at: Duration
    /// How long it lasts at the most; nil for one on processes, which has no end of its own.
    public let duration: Duration?
    /// What is done, on whom.
    public let action: Step.Action
    /// The fault's own random choices, made from the plan's seed and the step's content: another
    /// fault before or after it changes none of them.
    public let generator: SeededGenerator

    /// The kinds of fault, as `ORDEAL_FAULT_KIND` carries them.
    public enum Kind: String, Sendable, CaseIterable {
        /// Processes are killed.
        case kill
        /// Nodes end in order.
        case stop
        /// Nodes start.
        case start
        /// Nodes end in order and start again.
        case restart
        /// Links are cut.
        case cut
        /// Whole messages are dropped.
        case drop
        /// Whole messages are passed on twice.
        case duplicate
        /// Whole messages change places.
        case reorder
    }

    /// When it ends at the latest, after the workload began; nil for one on processes.
    public var end: Duration? { duration.map { at + $0 } }

    /// Makes the instance of a step.
    ///
    /// `occurrence` tells steps of the same content apart: 0 for the first of them.
    init(_ step: Step, seed: UInt64, occurrence: Int) {
        id = step.id
        action = step.action
        switch step.trigger {
        case .at(let time): at = time
        }
        switch step.action {
        case .kill:
            kind = .kill
            duration = nil
        case .stop:
            kind = .stop
            duration = nil
        case .start:
            kind = .start
            duration = nil
        case .restart:
            kind = .restart
            duration = nil
        case .cut(let cut):
            kind = .cut
            duration = cut.duration
        case .tamper(let tamper):
            switch tamper.what {
            case .drop: kind = .drop
            case .duplicate: kind = .duplicate
            case .reorder: kind = .reorder
            }
            duration = tamper.duration
        }
        generator = SeededGenerator(seed: seed, stream: "\(step.yaml) \(occurrence)")
    }
}
