/// The rule of `EvidenceRule` about faults: each is of one kind, and on whatever it was meant for goes once through
/// its steps, in their order.
extension HistoryBuilder {
    /// What a fault is on by one record of it: a node, links, or neither.
    struct FaultPlace: Hashable {
        /// The fault, as index.
        let fault: Int
        /// Who tells of it.
        let writer: Int
        let target: RecordTable.Code?
        let links: RecordTable.Code?
    }

    /// A step of a fault: its place among the steps, and its record.
    struct FaultStep {
        let rank: Int
        let record: Int
    }

    /// Notes a record that gives a fault another kind, or a step that cannot come then.
    mutating func checkStep(_ index: Int, fault: Int, _ writer: Int) {
        let (id, kind) = (faults[fault].id, faults[fault].kind)
        if let other = records.text(index, .faultKind), other != kind {
            note(.fault, writer) {
                "fault \(id): \($0.name(index)) is of a \(other), not of a \(kind)"
            }
        }
        guard let rank = records.event(index).faultRank else { return }
        let place = FaultPlace(
            fault: fault,
            writer: writer,
            target: records.code(index, .target),
            links: records.code(index, .link)
        )
        if let last = faultSteps[place] {
            if rank == last.rank {
                note(.fault, writer) {
                    "fault \(id): \($0.name(last.record)) and \($0.name(index)) are the same step"
                }
            } else if rank < last.rank {
                note(.fault, writer) {
                    "fault \(id): \($0.name(index)) comes after \($0.name(last.record))"
                }
            }
        } else if rank > 0, !lacksEarlier(index, writer) {
            note(.fault, writer) {
                "fault \(id): \($0.name(index)) is on what no fault-intended named before"
            }
        }
        faultSteps[place] = FaultStep(rank: max(rank, faultSteps[place]?.rank ?? 0), record: index)
    }

    /// Notes ends by a fault of which nothing tells, or that was not on the node.
    mutating func checkFaultEnds() {
        for told in incarnations {
            guard let exited = told.exited, let place = incarnationsByID[records.writer(exited)],
                records.text(exited, .cause) == ExitCause.injected.rawValue
            else { continue }
            let id = records.text(exited, .fault)
            let fault = id.flatMap { faultsByID[$0] }.map { faults[$0] }
            if let fault, fault.targets.contains(told.id.node) { continue }
            // What it was on may be told by a record that is missing.
            if fault != nil, lacksEarlier(exited, place) { continue }
            note(.fault, place) {
                "\($0.name(exited)) says that a fault ended \(told.id), but "
                    + (fault.map { "fault \($0.id) is not on it" }
                        ?? id.map { "nothing tells of a fault \($0)" } ?? "not which")
            }
        }
    }
}

extension EventKind {
    /// The place of a fault's step among its steps; nil for what is none.
    fileprivate var faultRank: Int? {
        let steps: [EventKind] = [
            .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
        ]
        return steps.firstIndex(of: self)
    }
}
