/// The rules of `EvidenceRule`, each where the history is built anyway: a step or two a record, no memory besides
/// a number for each session.
///
/// What may be missing excuses: after a gap of its writer a record breaks no rule that an earlier record could
/// satisfy, as the gap tells enough.
extension HistoryBuilder {
    /// A record, for a sentence.
    func name(_ index: Int) -> String {
        let writer = records.writer(index)
        let kind = records.event(index).rawValue
        return "\(RecordReference(writer, sequence: records.sequence(index))) (\(kind))"
    }

    /// Notes a contradiction; in doubt are the records of these incarnations, as indices.
    mutating func note(_ rule: EvidenceRule, _ places: Int..., sentence: (Self) -> String) {
        guard contradictions.wants(places) else { return contradictions.omit() }
        contradictions.note(rule, places, incarnations, sentence(self))
    }

    /// Whether a record of the same writer is missing before this one.
    func lacksEarlier(_ index: Int, _ place: Int) -> Bool {
        Int64(index - incarnations[place].records.lowerBound) != records.sequence(index)
    }

    // MARK: Operations and sends

    /// Notes a record that gives an operation another kind or user than the ones before it.
    mutating func check(_ index: Int, operation: Int, isRegistration: Bool) {
        let known = operations[operation]
        if (known.kind == .register) != isRegistration {
            let kind = known.kind == .register ? "registration" : "login"
            note(.operation, known.incarnation) {
                "\($0.name(index)) belongs to an operation that is a \(kind)"
            }
        } else if let user = records.text(index, .user), user != known.user {
            note(.user, known.incarnation) {
                "\($0.name(index)) is of user \(user), but its operation is one of \(known.user)"
            }
        }
    }

    /// Notes an end of an operation that was not asked for, or that cannot be beside those before.
    mutating func checkEnd(_ index: Int, operation: Int, _ outcome: History.Outcome) {
        let isAsked = operations[operation].invoke != nil
        let place = operations[operation].incarnation
        guard !isAsked || operations[operation].attempts.isExcluded(outcome),
            !lacksEarlier(index, place)
        else { return }
        guard isAsked else {
            return note(.completion, place) {
                "\($0.name(index)) ends what \($0.incarnations[place].id) had not asked for"
            }
        }
        let other = operations[operation].completion
        note(.outcome, place) { "\($0.name(index)) denies \($0.name(other ?? index))" }
    }

    /// Notes an end of a send that its node did not begin, or that cannot be beside those before.
    mutating func checkEnd(_ index: Int, message: Int, _ place: Int, _ outcome: History.Outcome) {
        let isExcluded = messages[message].attempts.isExcluded(outcome)
        if let invoke = messages[message].invoke, !isExcluded,
            records.writerOf[invoke] == records.writerOf[index]
        {
            return
        }
        guard !lacksEarlier(index, place) else { return }
        // Who starts again may hear of what it sent before.
        let node = incarnations[place].id.node
        let invokes = [messages[message].invoke].compactMap { $0 } + messages[message].otherInvokes
        guard invokes.contains(where: { records.writer($0).node == node }) else {
            let identity = messages[message].identity
            return note(.completion, place) {
                "\($0.name(index)) ends the send of \(identity), which \(node) had not begun"
            }
        }
        guard isExcluded else { return }
        let other = messages[message].completion
        note(.outcome, place) { "\($0.name(index)) denies \($0.name(other ?? index))" }
    }

    /// Notes that another node sent the same message: a stream is one start of one client.
    mutating func checkSender(_ index: Int, message: Int, _ place: Int) {
        guard let invoke = messages[message].invoke,
            records.writerOf[invoke] != records.writerOf[index],
            let other = incarnationsByID[records.writer(invoke)],
            incarnations[other].id.node != incarnations[place].id.node
        else { return }
        note(.sender, place, other) {
            "\($0.name(index)) and \($0.name(invoke)) both send \($0.messages[message].identity)"
        }
    }

    // MARK: Sessions

    /// Notes a record that its session cannot have: of another user, before its `login-ok`, after its end.
    mutating func check(_ index: Int, session: Int, _ place: Int) {
        if let user = records.code(index, .user), user != sessionNames[session] {
            note(.user, place) {
                "\($0.name(index)) is of user \($0.records.text(code: user)), but its session "
                    + "\($0.sessions[session].id) is one of "
                    + $0.records.text(code: $0.sessionNames[session])
            }
        }
        if let ended = endedBy[session] {
            let event = records.event(index)
            // The end may be told again; what opens it again has a rule of its own.
            guard event != .sessionEnded, event != .loginOK else { return }
            note(.ending, place) { "\($0.name(index)) comes after \($0.name(ended))" }
        } else if sessions[session].opened == nil {
            guard records.event(index) != .loginOK, !lacksEarlier(index, place) else { return }
            note(.opening, place) {
                "\($0.name(index)) is in session \($0.sessions[session].id), which "
                    + "\($0.incarnations[place].id) had not opened"
            }
        }
    }

    /// Notes that a session is opened a second time.
    mutating func checkOpening(_ index: Int, session: Int, _ place: Int) {
        guard let opened = sessions[session].opened else { return }
        note(.reopening, place) {
            "\($0.name(opened)) and \($0.name(index)) both open session \($0.sessions[session].id)"
        }
    }

    /// Notes an answer to a request of a time when it cannot have been sent.
    mutating func checkRequest(_ index: Int, session: Int, _ place: Int, since: Int64) {
        if since > records.times[index] {
            note(.request, place) { "\($0.name(index)) answers a request of a later time" }
        }
        let asked = sessions[session].login.flatMap { operations[$0].invoke }
        if let asked, since < records.times[asked] {
            note(.request, place) {
                "\($0.name(index)) answers a request of a time before \($0.name(asked))"
            }
        }
    }
}
