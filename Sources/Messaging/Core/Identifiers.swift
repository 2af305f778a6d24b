/// One connection of a process, as its shell numbers them: never used twice.
public struct ConnectionID: Sendable, Hashable, Comparable {
    /// The shell's number for it.
    public var number: Int64

    /// Makes an id.
    public init(_ number: Int64) { self.number = number }

    /// Orders connections by age, the oldest first.
    public static func < (left: ConnectionID, right: ConnectionID) -> Bool {
        left.number < right.number
    }
}

/// One attempt to connect, as its core numbers them: never used twice.
public struct DialID: Sendable, Hashable {
    /// The core's number for it.
    public var number: Int64

    /// Makes an id.
    public init(_ number: Int64) { self.number = number }
}

/// A timer of a core, chosen by the core. Setting one that is set moves it.
public struct TimerID: Sendable, Hashable {
    /// What the timer is for; a core's own constants.
    public var kind: Int
    /// Which one of that kind, for example a connection's number.
    public var number: Int64

    /// Makes an id.
    public init(kind: Int, number: Int64 = 0) {
        self.kind = kind
        self.number = number
    }
}

/// A group of changes on the disk, as its core numbers them: each larger than the one before.
public struct StoreTicket: Sendable, Hashable, Comparable {
    /// The core's number for it.
    public var number: Int64

    /// Makes a ticket.
    public init(_ number: Int64) { self.number = number }

    /// Orders tickets by age, the oldest first.
    public static func < (left: StoreTicket, right: StoreTicket) -> Bool {
        left.number < right.number
    }
}

/// A secret that is being hashed, as its core numbers them: never used twice.
public struct HashTicket: Sendable, Hashable {
    /// The core's number for it.
    public var number: Int64

    /// Makes a ticket.
    public init(_ number: Int64) { self.number = number }
}
