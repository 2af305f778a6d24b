extension HistoryBuilder {
    // MARK: Registrations and logins

    mutating func invoke(_ record: Record, _ index: Int, _ place: Int) {
        let operation = self.operation(record, place)
        operations[operation].invoke = operations[operation].invoke ?? index
    }

    mutating func complete(_ record: Record, _ index: Int, _ place: Int) {
        let operation = self.operation(record, place)
        // An operation stays one: what is shown to have happened beats every other completion.
        guard operations[operation].outcome != .ok || operations[operation].completion == nil
        else { return }
        operations[operation].completion = index
        operations[operation].outcome = Self.outcome(record.event)
    }

    private mutating func operation(_ record: Record, _ place: Int) -> Int {
        let key = Key(incarnation: place, id: record[.operation] ?? "")
        if let known = operationsByID[key] { return known }
        operationsByID[key] = operations.count
        operations.append(
            History.Operation(
                kind: Self.isRegistration(record.event) ? .register : .login,
                user: record[.user] ?? "",
                incarnation: place
            )
        )
        return operations.count - 1
    }

    private static func isRegistration(_ kind: EventKind) -> Bool {
        kind == .register || kind == .registerOK || kind == .registerFail || kind == .registerInfo
    }

    private static func outcome(_ kind: EventKind) -> History.Outcome {
        if kind == .registerOK || kind == .loginOK || kind == .ack { return .ok }
        if kind == .registerFail || kind == .loginFail || kind == .sendFail { return .failed }
        return .indeterminate
    }

    // MARK: Sessions

    mutating func open(_ record: Record, _ index: Int, _ place: Int) {
        let session = self.session(record, place)
        guard sessions[session].opened == nil else { return }
        sessions[session].opened = index
        sessions[session].resumes =
            record[.resumes] == "yes" && !users[sessions[session].user].isAnonymous
        let operation = operationsByID[Key(incarnation: place, id: record[.operation] ?? "")]
        sessions[session].login = operation
        if let operation {
            operations[operation].session = session
        }
    }

    mutating func endSession(_ record: Record, _ index: Int, _ place: Int) {
        let session = self.session(record, place)
        guard sessions[session].end == nil else { return }
        let reason = record.event == .logout ? "logout" : record[.reason] ?? "closed"
        sessions[session].end = .init(time: record.time, record: index, reason: reason)
    }

    mutating func showAlive(_ record: Record, _ place: Int) {
        guard let since = record.integer(.since) else { return }
        showAlive(session(record, place), at: Instant(nanoseconds: since))
    }

    mutating func confirm(_ record: Record, _ index: Int, _ place: Int) {
        sessions[session(record, place)].confirmations.append(index)
    }

    /// Shows a session alive at a time; one before its `login-ok` shows nothing.
    private mutating func showAlive(_ session: Int, at time: Instant) {
        guard let opened = sessions[session].opened, records[opened].time <= time else { return }
        if let last = sessions[session].lastAlive, last >= time { return }
        sessions[session].lastAlive = time
    }

    private mutating func session(_ record: Record, _ place: Int) -> Int {
        let id = record[.session] ?? ""
        let key = Key(incarnation: place, id: id)
        if let known = sessionsByID[key] { return known }
        sessionsByID[key] = sessions.count
        let user = self.user(record[.user] ?? "", session: id, place)
        users[user].sessions.append(sessions.count)
        sessions.append(History.Session(id: id, user: user, incarnation: place))
        return sessions.count - 1
    }

    private mutating func user(_ name: String, session: String, _ place: Int) -> Int {
        let isAnonymous = name == History.anonymous
        let id = incarnations[place].id
        let key = isAnonymous ? "\(name)@\(id.node)/\(id.incarnation)/\(session)" : name
        if let known = usersByName[key] { return known }
        usersByName[key] = users.count
        users.append(History.User(name: key, isAnonymous: isAnonymous))
        return users.count - 1
    }

    // MARK: Messages

    mutating func readSend(_ record: Record, _ index: Int, _ place: Int) {
        guard let message = message(record) else { return }
        if record.event == .send {
            if messages[message].invoke == nil {
                messages[message].invoke = index
            } else {
                messages[message].otherInvokes.append(index)
            }
            return
        }
        guard messages[message].outcome != .ok else { return }
        messages[message].completion = index
        messages[message].outcome = Self.outcome(record.event)
        // A send that was acknowledged in the session in which it was sent is an answered request.
        if record.event == .ack, let invoke = messages[message].invoke,
            let id = record[.session], records[invoke][.session] == id
        {
            showAlive(session(record, place), at: records[invoke].time)
        }
    }

    mutating func deliver(_ record: Record, _ index: Int, _ place: Int) {
        guard let message = message(record) else { return }
        let session = self.session(record, place)
        sessions[session].deliveries.append(index)
        deliveries.append(
            History.Delivery(
                message: message,
                user: sessions[session].user,
                session: session,
                record: index
            )
        )
    }

    /// Puts the deliveries in order of time and gives each message its own.
    mutating func orderDeliveries() {
        deliveries.sort {
            (records[$0.record].time, $0.record) < (records[$1.record].time, $1.record)
        }
        for (index, delivery) in deliveries.enumerated() {
            messages[delivery.message].deliveries.append(index)
            if let invoke = messages[delivery.message].invoke {
                showAlive(delivery.session, at: records[invoke].time)
            }
        }
    }

    private mutating func message(_ record: Record) -> Int? {
        guard let text = record[.message] else { return nil }
        if let known = messagesByText[text] { return known }
        guard let identity = MessageIdentity(text) else { return nil }
        let streamText = "\(identity.user)/\(identity.stream)"
        let stream = streamsByText[streamText] ?? streamsByText.count
        streamsByText[streamText] = stream
        messagesByText[text] = messages.count
        messages.append(History.Message(identity: identity, stream: stream))
        return messages.count - 1
    }
}
