import Evidence

extension WireWriter {
    mutating func server(_ key: String, _ id: ServerID?) { string(key, id?.text) }

    mutating func session(_ id: SessionID) { string("session", id.text) }

    mutating func place(_ place: ServerPlace) {
        string("id", place.id.text)
        address(place.address)
        integer("load", place.load)
    }

    mutating func places(_ key: String, _ places: [ServerPlace]) {
        objects(key, places) { place, object in object.place(place) }
    }

    mutating func servers(_ key: String, _ ids: [ServerID]) {
        strings(key, ids.lazy.map(\.text))
    }

    mutating func identity(_ identity: MessageIdentity) {
        string("username", identity.user)
        string("stream", identity.stream)
        integer("number", identity.number)
    }

    mutating func vector(_ key: String, _ vector: [(server: ServerID, number: Int64)]) {
        objects(key, vector) { pair, object in
            object.server("origin", pair.server)
            object.integer("sequence", pair.number)
        }
    }

    mutating func acknowledgement(_ acknowledgement: Acknowledgement) {
        string("username", acknowledgement.user)
        string("sender", acknowledgement.source.user)
        string("stream", acknowledgement.source.stream)
        integer("number", acknowledgement.number)
    }

    mutating func record(_ record: SessionRecord) {
        session(record.id)
        string("username", record.user)
        string("client", record.client)
        string("stream", record.stream)
        integer("timestamp", record.stamp)
        server("server", record.server)
        server("supervisor", record.supervisor)
        integer("attachment", record.attachment)
        if let mark = record.registered {
            integer("registered_at", mark.stamp)
            string("registered_by", mark.master)
        }
        if record.isClosed { bool("closed", true) }
    }

    mutating func registration(_ registration: Registration) {
        string("username", registration.user)
        string("secret", registration.credential.stored)
        integer("registered_in", registration.epoch)
        integer("timestamp", registration.stamp)
        string("master", registration.master)
    }

    mutating func epoch(_ key: String, _ epoch: Epoch) {
        object(key) { object in
            object.integer("number", epoch.number)
            object.server("master", epoch.master)
            object.servers("backups", epoch.backups)
            object.string("proposal", epoch.proposal)
        }
    }

    mutating func ballot(_ ballot: Ballot) {
        integer("round", ballot.round)
        server("proposer", ballot.server)
    }
}

extension WireReader {
    func server(_ key: String) throws(WireError) -> ServerID {
        ServerID(text: try string(key))
    }

    func session() throws(WireError) -> SessionID {
        SessionID(text: try string("session"))
    }

    func place() throws(WireError) -> ServerPlace {
        ServerPlace(
            id: try server("id"),
            address: try address(),
            load: try optionalInteger("load") ?? 0
        )
    }

    func places(_ key: String) throws(WireError) -> [ServerPlace] {
        try mapped(key) { object throws(WireError) in try object.place() }
    }

    func servers(_ key: String) throws(WireError) -> [ServerID] {
        try strings(key).map { ServerID(text: $0) }
    }

    func identity() throws(WireError) -> MessageIdentity {
        let stream = try string("stream")
        guard !stream.utf8.contains(UInt8(ascii: "/")) else {
            throw WireError("\(command) must have \"stream\": a string without slash")
        }
        return MessageIdentity(
            user: try string("username"),
            stream: stream,
            number: try integer("number", in: 1 ... .max)
        )
    }

    /// Identities that may be missing or null: then there are none.
    func identities(_ key: String) throws(WireError) -> [MessageIdentity] {
        try optionallyMapped(key) { object throws(WireError) in try object.identity() }
    }

    func vector(_ key: String) throws(WireError) -> VersionVector {
        var vector = VersionVector()
        for object in try objects(key) {
            vector.raise(
                try object.server("origin"),
                to: try object.integer("sequence", in: 0 ... .max)
            )
        }
        return vector
    }

    func acknowledgement() throws(WireError) -> Acknowledgement {
        Acknowledgement(
            user: try string("username"),
            source: Source(user: try string("sender"), stream: try string("stream")),
            number: try integer("number", in: 0 ... .max)
        )
    }

    func record() throws(WireError) -> SessionRecord {
        var mark: Registration.Mark?
        if let stamp = try optionalInteger("registered_at") {
            mark = Registration.Mark(stamp: stamp, master: try string("registered_by"))
        }
        return SessionRecord(
            id: try session(),
            user: try string("username"),
            client: try optionalString("client"),
            stream: try string("stream"),
            stamp: try integer("timestamp"),
            server: try server("server"),
            supervisor: try server("supervisor"),
            attachment: try integer("attachment", in: 1 ... .max),
            registered: mark,
            isClosed: try optionalBool("closed") ?? false
        )
    }

    func registration() throws(WireError) -> Registration {
        Registration(
            user: try string("username"),
            credential: Credential(stored: try string("secret")),
            epoch: try integer("registered_in"),
            stamp: try integer("timestamp"),
            master: try string("master")
        )
    }

    func epoch(_ key: String) throws(WireError) -> Epoch {
        let object = try object(key)
        return Epoch(
            number: try object.integer("number", in: 0 ... .max),
            master: try object.server("master"),
            backups: try object.servers("backups"),
            proposal: try object.string("proposal")
        )
    }

    func ballot() throws(WireError) -> Ballot {
        Ballot(round: try integer("round"), server: try server("proposer"))
    }

    /// As `mapped`; nothing where the key is missing.
    func optionallyMapped<Value>(
        _ key: String,
        _ convert: (WireReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        object[key] == nil ? [] : try mapped(key, convert)
    }

    func mapped<Value>(
        _ key: String,
        _ convert: (WireReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        var values: [Value] = []
        for object in try objects(key) { values.append(try convert(object)) }
        return values
    }
}
