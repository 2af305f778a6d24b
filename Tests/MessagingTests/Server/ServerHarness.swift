import Evidence

@testable import Messaging

/// One server core, driven line by line.
struct ServerHarness {
    var core: ServerCore
    var now = Instant(nanoseconds: 1_000_000_000)
    var sent: [ConnectionID: [String]] = [:]
    var closed: Set<ConnectionID> = []
    var records: [(kind: EventKind, fields: FieldValues)] = []
    var isReady = false
    /// Calls that the server made.
    var dials: [(id: DialID, address: Address)] = []
    var allowed: [ConnectionID: Allowance] = [:]
    /// The connections that are not read from.
    var paused: Set<ConnectionID> = []
    /// What is on its disk, and what is on its way there.
    var disk: StoreContents
    var unstored: [(ticket: StoreTicket, operations: [StoreOperation])] = []
    /// Whether changes are on the disk as soon as that is asked.
    var storesAtOnce = true
    var exitCode: Int32?
    var hashes: [(ticket: HashTicket, request: HashRequest)] = []
    /// Whether secrets are hashed as soon as that is asked.
    var hashesAtOnce = true
    /// The connections of which it asked when what was written is taken.
    var unwritten: [ConnectionID] = []
    /// Whether what was written is taken at once.
    var writesAtOnce = true

    init(remotes: [Address] = [], change: (inout ServerConfiguration) -> Void = { _ in }) {
        let configuration = Self.configuration(remotes, change)
        core = ServerCore(configuration: configuration)
        disk = StoreContents()
        tell(.started)
    }

    /// A server with a disk, which may have been used before.
    init(
        disk: StoreContents,
        age: Duration = .zero,
        remotes: [Address] = [],
        change: (inout ServerConfiguration) -> Void = { _ in }
    ) throws {
        core = try ServerCore(
            configuration: Self.configuration(remotes, change),
            disk: disk,
            age: age
        )
        self.disk = disk
        tell(.started)
    }

    private static func configuration(
        _ remotes: [Address],
        _ change: (inout ServerConfiguration) -> Void
    ) -> ServerConfiguration {
        var configuration = ServerConfiguration(
            name: "server.1",
            address: Address(host: "10.0.0.1", port: 1),
            remotes: remotes,
            secret: "s3cret"
        )
        change(&configuration)
        return configuration
    }

    mutating func tell(_ event: Event) {
        perform(core.receive(event, now: now))
    }

    /// Lines that arrive together.
    mutating func say(_ connection: ConnectionID, together lines: [String]) {
        perform(core.receive(lines.map { Array($0.utf8) }, over: connection, now: now))
    }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .send(let connection, let frame): note(connection, frame)
            case .broadcast(let connections, let frame):
                for connection in connections { note(connection, frame) }
            case .close(let connection), .abort(let connection): closed.insert(connection)
            case .confirmWritten(let connection): unwritten.append(connection)
            case .record(let kind, let fields, _): records.append((kind, fields))
            case .allow(let connection, let allowance): allowed[connection] = allowance
            case .setReading(let connection, true): paused.remove(connection)
            case .setReading(let connection, false): paused.insert(connection)
            case .ready: isReady = true
            case .hash(let ticket, let request): hashes.append((ticket, request))
            case .store(let ticket, let operations): unstored.append((ticket, operations))
            case .exit(let code): exitCode = code
            case .dial(let id, let address): dials.append((id, address))
            case .setTimer, .cancelTimer, .show, .takeLine: break
            }
        }
        core.checkInvariants()
        while storesAtOnce && !unstored.isEmpty { storeOne() }
        while hashesAtOnce && !hashes.isEmpty { hashOne() }
        while writesAtOnce && !unwritten.isEmpty { writeOne() }
    }

    /// The machine takes what was written to the connection that waits longest for it.
    mutating func writeOne() {
        tell(.written(unwritten.removeFirst()))
    }

    /// The next changes reach the disk.
    mutating func storeOne() {
        let (ticket, operations) = unstored.removeFirst()
        for operation in operations { disk.apply(operation) }
        tell(.stored(ticket))
    }

    /// A cheap stand-in for the slow hash.
    mutating func hashOne() {
        let (ticket, request) = hashes.removeFirst()
        tell(.hashed(ticket, "hash of \(request.secret)"))
    }

    mutating func connect(_ number: Int64) -> ConnectionID {
        let connection = ConnectionID(number)
        tell(.connected(connection, nil))
        return connection
    }

    mutating func say(_ connection: ConnectionID, _ line: String) {
        tell(.received(connection, line: Array(line.utf8)))
    }

    /// Lets time pass, tick by tick.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while now < end {
            now = now + .milliseconds(100)
            tell(.timer(TimerID(kind: 1)))
        }
    }

    /// What a connection was sent since the last time.
    mutating func take(_ connection: ConnectionID) -> [String] {
        sent.removeValue(forKey: connection) ?? []
    }

    /// A user who is registered and logged in, as a client of ours where it has an id.
    mutating func user(_ name: String, at number: Int64, client: String? = nil) -> ConnectionID {
        let connection = connect(number)
        say(connection, #"{"command":"REGISTER","username":"\#(name)","secret":"x"}"#)
        logIn(connection, name, client: client)
        _ = take(connection)
        return connection
    }

    mutating func logIn(_ connection: ConnectionID, _ name: String, client: String? = nil) {
        var line = #"{"command":"LOGIN","username":"\#(name)","secret":"x""#
        if let client {
            line +=
                #","extensions":1,"client":"\#(client)","stream":"\#(client).1","acknowledged":0"#
        }
        say(connection, line + "}")
    }

    /// Another super-peer that is linked; it has stored `sequence` items of its own.
    mutating func link(
        at number: Int64,
        server: Int = 2,
        stored sequence: Int64 = 0,
        streams: String = "",
        ordering: MessageOrdering = .fifo
    ) -> ConnectionID {
        let connection = connect(number)
        let id = "server.\(server)~1"
        let place = #""id":"\#(id)","hostname":"10.0.0.\#(server)","port":7"#
        let stored = sequence == 0 ? "" : #"{"origin":"\#(id)","sequence":\#(sequence)}"#
        say(
            connection,
            #"{"command":"AUTHENTICATE","secret":"s3cret",\#(place),"superpeer":"\#(core.id.text)","#
                + #""ordering":"\#(ordering.rawValue)","serves":true}"#
        )
        say(
            connection,
            #"{"command":"SUPERPEER_INFO","epoch":{"number":1,"master":"\#(core.id.text)","#
                + #""backups":[],"proposal":"founded"},"stored":[\#(stored)],"dropped":[],"#
                + #""delivered":[],"sessions":[],"registrations":[],"streams":[\#(streams)],"#
                + #""superpeers":[],"last":true}"#
        )
        return connection
    }

    /// What a super-peer says so often that its link is not silent: who else it is linked with.
    mutating func announce(_ connection: ConnectionID, server: Int, links: [Int] = []) {
        func place(_ server: Int) -> String {
            #""id":"server.\#(server)~1","hostname":"10.0.0.\#(server)","port":7"#
        }
        let others = links.map { "{\(place($0))}" }.joined(separator: ",")
        say(
            connection,
            #"{"command":"SUPERPEER_ANNOUNCE",\#(place(server)),"epoch":{"number":1,"#
                + #""master":"\#(core.id.text)","backups":[],"proposal":"founded"},"#
                + #""links":[\#(others)],"peers":[],"serves":true}"#
        )
    }

    private mutating func note(_ connection: ConnectionID, _ frame: Frame) {
        let text = String(decoding: frame.bytes.dropLast(), as: UTF8.self)
        sent[connection, default: []] += text.split(separator: "\n").map(String.init)
    }
}
