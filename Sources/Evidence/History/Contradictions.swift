/// Where records say the opposite of one another, so that at least one of them is wrong: evidence with such
/// records is not complete, whatever else it shows.
struct Contradictions {
    /// How many are told in full.
    static let keptMax = 20

    private var kept: [String] = []
    private var omitted = 0

    /// Notes one, a sentence.
    mutating func note(_ sentence: String) {
        guard kept.count < Self.keptMax else {
            omitted += 1
            return
        }
        kept.append(sentence)
    }

    /// They, a sentence each, and how many more there are.
    var sentences: [String] {
        omitted == 0 ? kept : kept + ["records contradict one another in \(omitted) more places"]
    }
}

extension HistoryBuilder {
    /// A record, for a sentence.
    func name(_ index: Int) -> String {
        let writer = records.writer(index)
        let kind = records.event(index).rawValue
        return "\(RecordReference(writer, sequence: records.sequence(index))) (\(kind))"
    }

    /// Notes a record whose user is not the one of its session.
    mutating func checkUser(of index: Int, session: Int) {
        guard let user = records.code(index, .user), user != sessionNames[session] else { return }
        contradictions.note(
            "\(name(index)) is of user \(records.text(code: user)), but its session "
                + "\(sessions[session].id) is one of \(records.text(code: sessionNames[session]))"
        )
    }

    /// Notes a record that gives an operation another kind or user than the ones before it.
    mutating func check(_ index: Int, operation: Int, isRegistration: Bool) {
        let known = operations[operation]
        if (known.kind == .register) != isRegistration {
            let kind = known.kind == .register ? "registration" : "login"
            contradictions.note("\(name(index)) belongs to an operation that is a \(kind)")
        } else if let user = records.text(index, .user), user != known.user {
            contradictions.note(
                "\(name(index)) is of user \(user), but its operation is one of \(known.user)"
            )
        }
    }

    /// Notes that a session which is open is opened in another manner.
    mutating func checkManner(_ index: Int, session: Int) {
        guard let opened = sessions[session].opened,
            records.text(opened, .resumes) != records.text(index, .resumes)
        else { return }
        contradictions.note(
            "\(name(opened)) and \(name(index)) differ in whether session "
                + "\(sessions[session].id) acknowledges deliveries"
        )
    }

    /// Notes what an incarnation can have only one record of; returns the first one.
    mutating func once(_ known: Int?, _ index: Int, _ place: Int) -> Int {
        guard let known else { return index }
        contradictions.note(
            "\(name(known)) and \(name(index)) both tell the same of \(incarnations[place].id)"
        )
        return known
    }

    /// Notes faults whose steps are in an order that cannot be, and ends by a fault of which nothing tells.
    mutating func checkFaults() {
        for fault in faults {
            let steps = [fault.intended, fault.applied, fault.verified].compactMap { $0 }
            let ends = [firstHealed[fault.id], firstHealVerified[fault.id]].compactMap { $0 }
            // Each fault goes through its steps at least once in this order; a rolling one, again and again.
            for (first, second) in zip(steps + ends, (steps + ends).dropFirst())
            where records.writerOf[first] == records.writerOf[second] && first > second {
                contradictions.note(
                    "fault \(fault.id): \(name(second)) comes before \(name(first))"
                )
            }
        }
        for incarnation in incarnations {
            guard let exited = incarnation.exited,
                records.text(exited, .cause) == ExitCause.injected.rawValue
            else { continue }
            let id = records.text(exited, .fault)
            guard id.map({ faultsByID[$0] == nil }) ?? true else { continue }
            contradictions.note(
                "\(name(exited)) says that a fault ended \(incarnation.id), but "
                    + (id.map { "nothing tells of a fault \($0)" } ?? "not which")
            )
        }
    }
}
