import Evidence

/// What a server kept on its disk in its earlier lives.
struct DiskState: Sendable {
    /// One entry of the log.
    struct Entry: Sendable {
        var index: Int64
        var item: Item
        var origin: ServerID
        var sequence: Int64
    }

    var id: ServerID
    /// How many lives it had.
    var lives: Int64
    var epoch = Epoch.none
    var promised: Ballot?
    var accepted: AcceptedEpoch?
    var roundMax: Int64 = 0
    var floor = VersionVector()
    var floorOrder: Int64 = 0
    /// The index of the first entry.
    var start: Int64 = 0
    /// How far the log was held, and when, at the last sign of life.
    var heldThrough: Int64 = 0
    var heldAt = Instant.zero
    /// Whether the server ever answered for users.
    var hasServed = false
    var entries: [Entry] = []
    var registrations: [Registration] = []
    var votes: [Registration] = []
    var bases: [(proposal: String, registration: Registration)] = []
    var numbered: [OrderedMessage] = []
    var numbers: [(proposal: String, numbers: OrderBase)] = []
    var lost: [(server: ServerID, loss: LostLink)] = []
    var left: [(user: String, place: LastCounted)] = []
    var acknowledgements: [Acknowledgement] = []
    var streams: [Acknowledgement] = []
    var sessions: [SessionRecord] = []
    var servers: [ServerPlace] = []

    /// Reads a disk; nil where nothing was ever kept on it.
    ///
    /// - Throws: where a value is not what a server writes.
    init?(_ contents: StoreContents) throws(DiskError) {
        guard !contents.isEmpty else { return nil }
        guard let identity = try Self.fact(.identity, contents) else {
            throw DiskError("the disk does not say whose it is; restore a copy, or use a new one")
        }
        do throws(WireError) {
            id = try identity.server("id")
            lives = try identity.integer("lives", in: 1 ... .max)
        } catch {
            throw Self.damaged("fact", "identity", error)
        }
        try readFacts(contents)
        registrations = try Self.all(.registration, contents) { reader throws(WireError) in
            try reader.registration()
        }
        votes = try Self.all(.vote, contents) { reader throws(WireError) in
            try reader.registration()
        }
        bases = try Self.all(.base, contents) { reader throws(WireError) in
            (try reader.string("proposal"), try reader.registration())
        }
        acknowledgements = try Self.all(.acknowledgement, contents) { reader throws(WireError) in
            try reader.acknowledgement()
        }
        streams = try Self.all(.stream, contents) { reader throws(WireError) in
            try reader.acknowledgement()
        }
        sessions = try Self.all(.session, contents) { reader throws(WireError) in
            try reader.record()
        }
        servers = try Self.all(.server, contents) { reader throws(WireError) in
            try reader.place()
        }
        try readNumbers(contents)
        try readLost(contents)
        try readEntries(contents)
    }

    private mutating func readNumbers(_ contents: StoreContents) throws(DiskError) {
        numbered = try Self.all(.numbered, contents) { reader throws(WireError) in
            try reader.orderedMessage(in: 1 ... .max - 1)
        }
        numbers = try Self.all(.numbers, contents) { reader throws(WireError) in
            (try reader.string("proposal"), try reader.orderBase())
        }
    }

    private mutating func readLost(_ contents: StoreContents) throws(DiskError) {
        lost = try Self.all(.lost, contents) { reader throws(WireError) in
            var loss = LostLink(
                lostAt: try reader.instant("lost_at"),
                lastHeard: try reader.instant("heard_at"),
                heldThrough: try reader.integer("held", in: 0 ... .max),
                known: try reader.vector("stored"),
                isOver: try reader.optionalBool("over") ?? false
            )
            if let seenAt = try reader.optionalInteger("seen_at", in: 0 ... .max) {
                loss.seenAt = Instant(nanoseconds: seenAt)
            }
            return (try reader.server("id"), loss)
        }
        left = try Self.all(.left, contents) { reader throws(WireError) in
            let place = LastCounted(
                at: try reader.instant("at"),
                logEnd: try reader.integer("end", in: 0 ... .max)
            )
            return (try reader.string("username"), place)
        }
    }

    private mutating func readFacts(_ contents: StoreContents) throws(DiskError) {
        if let reader = try Self.fact(.epoch, contents) {
            epoch = try Self.value(.epoch) { () throws(WireError) in try reader.epoch("epoch") }
        }
        if let reader = try Self.fact(.promise, contents) {
            roundMax = try Self.value(.promise) { () throws(WireError) in
                try reader.integer("round_max")
            }
            promised = try Self.value(.promise) { () throws(WireError) in
                try reader.optionalObject("promised")?.ballot()
            }
            accepted = try Self.value(.promise) { () throws(WireError) in
                guard let object = try reader.optionalObject("accepted") else { return nil }
                let ballot = try object.ballot()
                return AcceptedEpoch(ballot: ballot, value: try object.epoch("value"))
            }
        }
        if let reader = try Self.fact(.floor, contents) {
            floor = try Self.value(.floor) { () throws(WireError) in
                try reader.vector("dropped")
            }
            floorOrder = try Self.value(.floor) { () throws(WireError) in
                try reader.integer("order", in: 0 ... .max - 1)
            }
            start = try Self.value(.floor) { () throws(WireError) in
                try reader.integer("start", in: 0 ... .max)
            }
        }
        if let reader = try Self.fact(.held, contents) {
            heldThrough = try Self.value(.held) { () throws(WireError) in
                try reader.integer("through", in: 0 ... .max)
            }
            heldAt = try Self.value(.held) { () throws(WireError) in try reader.instant("at") }
            hasServed = try Self.value(.held) { () throws(WireError) in try reader.bool("served") }
        }
    }

    /// Reads a part of a fact.
    private static func value<Value>(
        _ fact: Fact,
        _ read: () throws(WireError) -> Value
    ) throws(DiskError) -> Value {
        do throws(WireError) {
            return try read()
        } catch {
            throw damaged("fact", fact.rawValue, error)
        }
    }

    private mutating func readEntries(_ contents: StoreContents) throws(DiskError) {
        entries = try Self.all(.entry, contents) { reader throws(WireError) in
            guard case .item(let item, let origin, let sequence)? = try MeshMessage(reader) else {
                throw WireError("\(reader.command) is no item")
            }
            return Entry(
                index: try reader.integer("index", in: 0 ... .max),
                item: item,
                origin: origin,
                sequence: sequence
            )
        }
        for (place, entry) in entries.enumerated() where entry.index != start + Int64(place) {
            throw DiskError(
                "the disk lacks entry \(start + Int64(place)) of the log, before \(entry.index); restore a copy, or "
                    + "use a new one"
            )
        }
    }

    /// The values that there are one of.
    enum Fact: String {
        case identity
        case epoch
        case promise
        case floor
        case held

        var key: StoreKey { StoreKey(.fact, rawValue) }
    }

    private static func fact(
        _ fact: Fact,
        _ contents: StoreContents
    ) throws(DiskError) -> WireReader? {
        guard let bytes = contents[fact.key] else { return nil }
        do throws(WireError) {
            return try WireReader(bytes, limits: .server)
        } catch {
            throw damaged("fact", fact.rawValue, error)
        }
    }

    private static func all<Value>(
        _ kind: StoreKey.Kind,
        _ contents: StoreContents,
        _ read: (WireReader) throws(WireError) -> Value
    ) throws(DiskError) -> [Value] {
        var values: [Value] = []
        for (name, bytes) in contents.all(kind) {
            do throws(WireError) {
                values.append(try read(try WireReader(bytes, limits: .server)))
            } catch {
                throw damaged(kind.rawValue, name, error)
            }
        }
        return values
    }

    private static func damaged(
        _ kind: String,
        _ name: String,
        _ error: WireError
    ) -> DiskError {
        DiskError(
            "the disk is damaged at \(kind) \"\(name)\": \(error.info); restore a copy, or use a new one"
        )
    }
}

extension WireReader {
    fileprivate func instant(_ key: String) throws(WireError) -> Instant {
        Instant(nanoseconds: try integer(key, in: 0 ... .max))
    }
}
