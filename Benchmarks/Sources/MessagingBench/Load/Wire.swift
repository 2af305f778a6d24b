/// Who a client is: its name, and what it does.
struct Identity {
    /// Six characters that no other client of the run has.
    var name: String
    /// Its number among the senders; nil for a receiver.
    var sender: Int?
}

/// One step of a client's introduction: what it says, and what it must read before the next one.
struct Step {
    var say: [UInt8]
    var until: [UInt8]

    init(_ say: String, until: String) {
        self.say = Array(say.utf8)
        self.until = Array(until.utf8)
    }

    init(say: [UInt8], until: [UInt8]) {
        self.say = say
        self.until = until
    }
}

/// How the clients of a system speak, as bytes.
protocol Wire {
    /// The most messages that may be under way at a time, of all senders together.
    var window: Int { get }
    /// Whether senders are delivered messages as well.
    var echoes: Bool { get }
    /// How often a client must say that it lives, in nanoseconds; nil where it need not.
    var beatEvery: Int64? { get }

    /// What a client says until it may send or is sure to receive.
    func introduction(of client: Identity) -> [Step]
    /// Appends the message with a number, from 1, of a sender.
    func publish(_ number: Int, of client: Identity, to out: inout [UInt8])
    /// Walks over whole messages: `take` gets each payload that is delivered, `out` what must be answered
    /// at once. Gives the number of bytes of whole messages.
    func scan(
        _ bytes: UnsafeBufferPointer<UInt8>,
        out: inout [UInt8],
        take: (UnsafePointer<UInt8>) -> Void
    ) throws -> Int
    /// Appends the acknowledgement of the first `count` deliveries, where there are such.
    func acknowledge(_ count: Int, to out: inout [UInt8])
    /// Appends a sign of life.
    func beat(_ number: Int, to out: inout [UInt8])
}

extension Wire {
    var echoes: Bool { false }
    var beatEvery: Int64? { nil }
    func acknowledge(_ count: Int, to out: inout [UInt8]) {}
    func beat(_ number: Int, to out: inout [UInt8]) {}
}
