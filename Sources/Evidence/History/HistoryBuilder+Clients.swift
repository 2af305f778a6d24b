extension HistoryBuilder {
    // MARK: Registrations and logins

    mutating func invoke(_ index: Int, _ place: Int) {
        let operation = self.operation(index, place)
        operations[operation].invoke = operations[operation].invoke ?? index
        operations[operation].attempts.asked += 1
    }

    mutating func complete(_ index: Int, _ place: Int) {
        let operation = self.operation(index, place)
        let outcome = Self.outcome(records.event(index))
        checkEnd(index, operation: operation, outcome)
        if outcome == .failed { operations[operation].denials.append(index) }
        guard operations[operation].attempts.end(outcome) else { return }
        operations[operation].completion = index
    }

    private mutating func operation(_ index: Int, _ place: Int) -> Int {
        let key = Key(incarnation: place, id: records.code(index, .operation) ?? 0)
        let isRegistration = Self.isRegistration(records.event(index))
        if let known = operationsByID[key] {
            check(index, operation: known, isRegistration: isRegistration)
            return known
        }
        operationsByID[key] = operations.count
        operations.append(
            History.Operation(
                kind: isRegistration ? .register : .login,
                user: records.text(index, .user) ?? "",
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

    mutating func open(_ index: Int, _ place: Int) {
        let session = self.session(index, place)
        checkOpening(index, session: session, place)
        guard sessions[session].opened == nil else { return }
        sessions[session].opened = index
        sessions[session].resumes =
            records.text(index, .resumes) == "yes" && !users[sessions[session].user].isAnonymous
        let key = Key(incarnation: place, id: records.code(index, .operation) ?? 0)
        let operation = operationsByID[key]
        sessions[session].login = operation
        if let operation {
            operations[operation].session = session
        }
    }

    mutating func endSession(_ index: Int, _ place: Int) {
        let session = self.session(index, place)
        let isLogout = records.event(index) == .logout
        if !isLogout { endedBy[session] = endedBy[session] ?? index }
        guard sessions[session].end == nil else { return }
        let reason = isLogout ? "logout" : records.text(index, .reason) ?? "closed"
        sessions[session].end = .init(time: records.time(index), record: index, reason: reason)
    }

    mutating func showAlive(_ index: Int, _ place: Int) {
        guard let since = records.integer(index, .since) else { return }
        let session = self.session(index, place)
        checkRequest(index, session: session, place, since: since)
        showAlive(session, at: Instant(nanoseconds: since))
    }

    mutating func confirm(_ index: Int, _ place: Int) {
        sessions[session(index, place)].confirmations.append(index)
    }

    /// Shows a session alive at a time; one before its `login-ok` or after its end shows nothing.
    private mutating func showAlive(_ session: Int, at time: Instant) {
        guard let opened = sessions[session].opened, records.time(opened) <= time else { return }
        if let end = sessions[session].end, end.time < time { return }
        let isByDrainEnd = drainUntil.map { time <= $0 } ?? true
        if isByDrainEnd, sessions[session].lastAliveByDrainEnd.map({ $0 < time }) ?? true {
            sessions[session].lastAliveByDrainEnd = time
        }
        if let last = sessions[session].lastAlive, last >= time { return }
        sessions[session].lastAlive = time
    }

    private mutating func session(_ index: Int, _ place: Int) -> Int {
        let key = Key(incarnation: place, id: records.code(index, .session) ?? 0)
        // Mostly it is the one of the record before.
        if let lastSession, lastSession.key == key {
            check(index, session: lastSession.session, place)
            return lastSession.session
        }
        let session = sessionsByID[key] ?? addSession(key, records.code(index, .user) ?? 0)
        check(index, session: session, place)
        lastSession = (key, session)
        return session
    }

    private mutating func addSession(_ key: Key, _ name: RecordTable.Code) -> Int {
        sessionsByID[key] = sessions.count
        let id = records.text(code: key.id)
        let user = self.user(name, session: id, key.incarnation)
        users[user].sessions.append(sessions.count)
        sessions.append(History.Session(id: id, user: user, incarnation: key.incarnation))
        sessionNames.append(name)
        endedBy.append(nil)
        return sessions.count - 1
    }

    private mutating func user(_ name: RecordTable.Code, session: String, _ place: Int) -> Int {
        guard name == anonymous else {
            if let known = usersByName[name] { return known }
            usersByName[name] = users.count
            users.append(History.User(name: records.text(code: name), isAnonymous: false))
            return users.count - 1
        }
        let id = incarnations[place].id
        let key = "\(History.anonymous)@\(id.node)/\(id.incarnation)/\(session)"
        if let known = anonymousUsers[key] { return known }
        anonymousUsers[key] = users.count
        users.append(History.User(name: key, isAnonymous: true))
        return users.count - 1
    }

    // MARK: Messages

    mutating func readSend(_ index: Int, _ place: Int) {
        guard let message = message(index) else { return }
        let event = records.event(index)
        if event == .send {
            messages[message].attempts.asked += 1
            if records.code(index, .session) != nil { _ = session(index, place) }
            checkSender(index, message: message, place)
            if messages[message].invoke == nil {
                messages[message].invoke = index
            } else {
                messages[message].otherInvokes.append(index)
            }
            return
        }
        let answered = records.code(index, .session).map {
            (id: $0, session: session(index, place))
        }
        let outcome = Self.outcome(event)
        checkEnd(index, message: message, place, outcome)
        guard messages[message].attempts.end(outcome) else { return }
        messages[message].completion = index
        // A send that was acknowledged in the session in which it was sent is an answered request.
        if event == .ack, let invoke = messages[message].invoke, let answered,
            records.code(invoke, .session) == answered.id
        {
            showAlive(answered.session, at: records.time(invoke))
        }
    }

    mutating func deliver(_ index: Int, _ place: Int) {
        guard let message = message(index) else { return }
        let session = self.session(index, place)
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

    /// Puts the deliveries in order and gives each message its own.
    ///
    /// In one incarnation the sequence decides, between two the time: so none counts as earlier than
    /// those before it in its own incarnation.
    mutating func orderDeliveries() {
        // They are by record now, so what was noted later is behind among those of equal times.
        var keys: [(time: Int64, place: UInt32)] = []
        keys.reserveCapacity(deliveries.count)
        var writer: UInt32?
        var latest = Int64.min
        for (place, delivery) in deliveries.enumerated() {
            let own = UInt32(records.writerOf[delivery.record])
            if own != writer {
                writer = own
                latest = .min
            }
            latest = max(latest, records.times[delivery.record])
            keys.append((latest, UInt32(place)))
        }
        keys.sort { $0.time != $1.time ? $0.time < $1.time : $0.place < $1.place }
        deliveries = keys.map { deliveries[Int($0.place)] }
        keys = []
        var counts = [Int32](repeating: 0, count: messages.count)
        for delivery in deliveries { counts[delivery.message] += 1 }
        for (message, count) in counts.enumerated() where count > 0 {
            messages[message].deliveries.reserveCapacity(Int(count))
        }
        for (index, delivery) in deliveries.enumerated() {
            messages[delivery.message].deliveries.append(index)
            if let invoke = messages[delivery.message].invoke {
                showAlive(delivery.session, at: records.time(invoke))
            }
        }
    }

    private mutating func message(_ index: Int) -> Int? {
        guard let text = records.code(index, .message) else { return nil }
        let known = messagesByText[Int(text)]
        if known >= 0 { return Int(known) }
        guard let identity = MessageIdentity(records.text(code: text)) else { return nil }
        let stream = streams.add("\(identity.user)/\(identity.stream)")
        messagesByText[Int(text)] = Int32(messages.count)
        messages.append(History.Message(identity: identity, stream: Int(stream) - 1))
        return messages.count - 1
    }
}
