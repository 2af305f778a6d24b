public import Planning

/// When which fault of a plan's story begins: a pure value, the same for the same plan and seed.
///
/// A shell asks for the faults that are due and for the next instant at which one is:
///
///     var timetable = Timetable(plan)
///     while let next = timetable.next {
///         // Wait until `next` after the workload began, then:
///         for fault in timetable.takeDue(at: elapsed) { … }
///     }
public struct Timetable: Sendable, Equatable {
    /// All faults by their begin; those that begin together in the order of the plan.
    public let faults: [FaultInstance]
    private var taken = 0

    /// Makes the timetable of a plan from its story and its seed.
    public init(_ plan: Plan) {
        var occurrences: [String: Int] = [:]
        let instances = plan.story.map { step in
            let content = step.yaml
            let occurrence = occurrences[content, default: 0]
            occurrences[content] = occurrence + 1
            return FaultInstance(step, seed: plan.seed, occurrence: occurrence)
        }
        faults = instances.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
    }

    /// When the next fault begins, after the workload began; nil when all were taken.
    public var next: Duration? { taken < faults.count ? faults[taken].at : nil }

    /// Takes the faults that begin at `elapsed` after the workload began or before, each once.
    public mutating func takeDue(at elapsed: Duration) -> [FaultInstance] {
        let first = taken
        while taken < faults.count, faults[taken].at <= elapsed { taken += 1 }
        return Array(faults[first..<taken])
    }
}
