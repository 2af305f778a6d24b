import Evidence

/// What goes to the disk, where there is one: everything that a promise rests on.
extension ServerCore {
    private mutating func keep(_ key: StoreKey, _ value: consuming WireWriter) {
        changes.append(.put(key, value.frame().bytes.dropLast()))
    }

    // MARK: What has a place of its own

    mutating func keep(_ registration: Registration) {
        guard isDurable else { return }
        var value = WireWriter("registration")
        value.registration(registration)
        keep(StoreKey(.registration, registration.user), value)
    }

    mutating func keepBase(_ proposal: String, _ registrations: [Registration]) {
        guard isDurable else { return }
        for registration in registrations {
            var value = WireWriter("base")
            value.string("proposal", proposal)
            value.registration(registration)
            keep(StoreKey(.base, "\(proposal) \(registration.user)"), value)
        }
    }

    mutating func keep(_ message: OrderedMessage) {
        guard isDurable else { return }
        var value = WireWriter("numbered", capacity: message.activity.bytes.count + 100)
        value.orderedMessage(message)
        keep(StoreKey(.numbered, Self.digits(message.order)), value)
    }

    /// A message that was voted for is stored.
    mutating func forgetKept(numbered order: Int64) {
        guard isDurable else { return }
        changes.append(.remove(StoreKey(.numbered, Self.digits(order))))
    }

    mutating func keepBase(_ proposal: String, _ numbers: OrderBase) {
        guard isDurable else { return }
        var value = WireWriter("numbers")
        value.string("proposal", proposal)
        value.orderBase(numbers)
        keep(StoreKey(.numbers, proposal), value)
    }

    /// A next epoch is decided: what was given for it, and voted for in the last one, is of no use.
    mutating func forgetKeptElection() {
        guard isDurable else { return }
        if !election.bases.isEmpty { changes.append(.removeAll(.base)) }
        if !election.orderBases.isEmpty { changes.append(.removeAll(.numbers)) }
        if !election.numbered.isEmpty { changes.append(.removeAll(.numbered)) }
    }

    /// When a user counted for the last time.
    mutating func keep(_ place: LastCounted, of user: String) {
        guard isDurable else { return }
        var value = WireWriter("left")
        value.string("username", user)
        value.integer("at", place.at.nanoseconds)
        value.integer("end", place.logEnd)
        keep(StoreKey(.left, user), value)
    }

    mutating func keep(_ acknowledgement: Acknowledgement) {
        guard isDurable else { return }
        var value = WireWriter("acknowledgement")
        value.acknowledgement(acknowledgement)
        let name = Self.name(acknowledgement.source, of: acknowledgement.user)
        keep(StoreKey(.acknowledgement, name), value)
    }

    /// The last number of a stream among what the log dropped.
    mutating func keepDropped(_ source: Source, _ number: Int64) {
        guard isDurable else { return }
        var value = WireWriter("stream")
        value.acknowledgement(Acknowledgement(user: "", source: source, number: number))
        keep(StoreKey(.stream, Self.name(source, of: "")), value)
    }

    mutating func keep(_ record: SessionRecord) {
        guard isDurable else { return }
        var value = WireWriter("session")
        value.record(record)
        keep(StoreKey(.session, record.id.text), value)
    }

    mutating func forgetKept(_ session: SessionID) {
        guard isDurable else { return }
        changes.append(.remove(StoreKey(.session, session.text)))
    }

    /// A stream of which nothing is left.
    mutating func forgetKept(_ source: Source) {
        guard isDurable else { return }
        changes.append(.remove(StoreKey(.stream, Self.name(source, of: ""))))
    }

    /// What a user acknowledged of a stream of which nothing is left.
    mutating func forgetKept(_ source: Source, of user: String) {
        guard isDurable else { return }
        changes.append(.remove(StoreKey(.acknowledgement, Self.name(source, of: user))))
    }

    /// Everything is forgotten but who we are.
    mutating func forgetKept() {
        guard isDurable else { return }
        for kind in StoreKey.Kind.allCases { changes.append(.removeAll(kind)) }
        onDisk = KeptState()
    }

    /// Names may hold anything: with the lengths of two no two of three are mixed up.
    private static func name(_ source: Source, of user: String) -> String {
        "\(user.utf8.count).\(source.user.utf8.count) \(user) \(source.user) \(source.stream)"
    }

    // MARK: What is compared after each step

    /// Keeps what the step changed of the log and of the server's small state.
    mutating func keepChanges() {
        keepIdentity()
        keepLog()
        keepVotes()
        keepLost()
        let servers = Set(
            known.values.map { ServerPlace(id: $0.place.id, address: $0.place.address) }
        )
        if servers != onDisk.servers {
            for place in onDisk.servers.subtracting(servers).sorted(by: { $0.id < $1.id }) {
                changes.append(.remove(StoreKey(.server, place.id.text)))
            }
            for place in servers.subtracting(onDisk.servers).sorted(by: { $0.id < $1.id }) {
                var value = WireWriter("server")
                value.place(place)
                keep(StoreKey(.server, place.id.text), value)
            }
            onDisk.servers = servers
        }
        if epoch != onDisk.epoch {
            onDisk.epoch = epoch
            var value = WireWriter("epoch")
            value.epoch("epoch", epoch)
            keep(DiskState.Fact.epoch.key, value)
        }
        // How far the log is held changes all the time: it goes along with what is to be stored anyway.
        if !changes.isEmpty { keepHeld() }
    }

    /// How far the log is held, and when that was.
    private mutating func keepHeld() {
        onDisk.heldThrough = log.heldThrough
        hasServed = hasServed || role.serves
        var value = WireWriter("held")
        value.bool("served", hasServed)
        value.integer("through", log.heldThrough)
        value.integer("at", now.nanoseconds)
        keep(DiskState.Fact.held.key, value)
    }

    /// Notes with the tick how far the log is held, and now and then that the server lives.
    mutating func noteLife() {
        guard isDurable, now >= nextLife || onDisk.heldThrough != log.heldThrough else { return }
        nextLife = now + hold
        keepHeld()
    }

    private mutating func keepLost() {
        guard lost != onDisk.lost else { return }
        for server in onDisk.lost.keys.sorted() where lost[server] == nil {
            changes.append(.remove(StoreKey(.lost, server.text)))
        }
        for (server, loss) in lost.sorted(by: { $0.key < $1.key })
        where onDisk.lost[server] != loss {
            var value = WireWriter("lost")
            value.server("id", server)
            value.integer("lost_at", loss.lostAt.nanoseconds)
            value.integer("heard_at", loss.lastHeard.nanoseconds)
            value.integer("held", loss.heldThrough)
            value.integer("seen_at", loss.seenAt?.nanoseconds)
            if loss.isOver { value.bool("over", true) }
            value.vector("stored", loss.known.sorted)
            keep(StoreKey(.lost, server.text), value)
        }
        onDisk.lost = lost
    }

    private mutating func keepIdentity() {
        guard onDisk.identity != id.text else { return }
        onDisk.identity = id.text
        var value = WireWriter("identity")
        value.server("id", id)
        value.integer("lives", lives)
        keep(DiskState.Fact.identity.key, value)
    }

    private mutating func keepLog() {
        for index in onDisk.logStart..<max(onDisk.logStart, min(log.start, onDisk.logEnd)) {
            changes.append(.remove(Self.entryKey(index)))
        }
        for index in max(onDisk.logEnd, log.start)..<max(log.end, onDisk.logEnd) {
            let entry = log[index]
            let item = MeshMessage.item(entry.item, origin: entry.origin, sequence: entry.sequence)
            var line = item.frame().bytes.dropLast(2)
            line += Array(",\"index\":\(index)}".utf8)
            changes.append(.put(Self.entryKey(index), Array(line)))
        }
        onDisk.logStart = log.start
        onDisk.logEnd = log.end
        if log.floor != onDisk.floor || log.floorOrder != onDisk.floorOrder {
            onDisk.floor = log.floor
            onDisk.floorOrder = log.floorOrder
            var value = WireWriter("floor")
            value.vector("dropped", log.floor.sorted)
            value.integer("order", log.floorOrder)
            value.integer("start", log.start)
            keep(DiskState.Fact.floor.key, value)
        }
    }

    private static func entryKey(_ index: Int64) -> StoreKey { StoreKey(.entry, digits(index)) }

    /// Numbers in the order of their texts.
    private static func digits(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 19 - digits.utf8.count) + digits
    }

    private mutating func keepVotes() {
        if election.voted != onDisk.voted {
            for user in onDisk.voted.keys.sorted() where election.voted[user] == nil {
                changes.append(.remove(StoreKey(.vote, user)))
            }
            for (user, registration) in election.voted.sorted(by: { $0.key < $1.key })
            where onDisk.voted[user] != registration {
                var value = WireWriter("vote")
                value.registration(registration)
                keep(StoreKey(.vote, user), value)
            }
            onDisk.voted = election.voted
        }
        guard
            election.promised != onDisk.promised || election.accepted != onDisk.accepted
                || election.roundMax != onDisk.roundMax
        else { return }
        onDisk.promised = election.promised
        onDisk.accepted = election.accepted
        onDisk.roundMax = election.roundMax
        var value = WireWriter("promise")
        value.integer("round_max", election.roundMax)
        if let promised = election.promised { value.object("promised") { $0.ballot(promised) } }
        if let accepted = election.accepted {
            value.object("accepted") { object in
                object.ballot(accepted.ballot)
                object.epoch("value", accepted.value)
            }
        }
        keep(DiskState.Fact.promise.key, value)
    }

    // MARK: Failure

    /// The disk takes nothing any more: what waits for it is never said, and the server ends. Nobody is
    /// told anything that would not outlive a crash.
    mutating func diskFailed(_ reason: String) -> [Effect] {
        guard !hasDiskFailed else { return [] }
        hasDiskFailed = true
        isStopping = true
        gate.clear()
        effects = []
        record(.storeFailed, [.reason: reason])
        effects.append(.show("cannot store, and ends: \(reason)"))
        for connection in connections.keys.sorted() { effects.append(.abort(connection)) }
        effects.append(.exit(Self.diskFailureCode))
        defer { effects = [] }
        return effects
    }

    /// EX_IOERR of sysexits.h.
    static let diskFailureCode: Int32 = 74
}
