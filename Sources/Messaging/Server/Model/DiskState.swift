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
    var entries: [Entry] = []
    var registrations: [Registration] = []
    var votes: [Registration] = []
    var bases: [(proposal: String, registration: Registration)] = []
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
        try readEntries(contents)
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
        for (before, after) in zip(entries, entries.dropFirst())
        where after.index != before.index + 1 {
            throw DiskError(
                "the disk lacks entries of the log between \(before.index) and \(after.index); restore a copy, or "
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
