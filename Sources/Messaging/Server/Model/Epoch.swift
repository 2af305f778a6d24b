/// Who is master, who succeeds it, and who decides on registrations and on the next epoch.
struct Epoch: Sendable, Hashable {
    /// 1 is the first; 0 says that none is known.
    var number: Int64
    var master: ServerID
    /// At most two super-peers, in the order of succession.
    var backups: [ServerID]
    /// Tells the proposal of this value from all others; what the voters were given is kept by it.
    var proposal: String

    /// No epoch.
    static let none = Epoch(number: 0, master: ServerID(text: ""), backups: [], proposal: "")

    /// The master and both back-ups; the master alone while there are fewer.
    var voters: [ServerID] { backups.count == 2 ? [master] + backups : [master] }

    /// How many voters are a majority.
    var majority: Int { voters.count / 2 + 1 }

    /// Whether it replaces another epoch: by its number, or its master's name where two sides made
    /// the same number.
    func isAfter(_ other: Epoch) -> Bool {
        (number, master.name, master) > (other.number, other.master.name, other.master)
    }
}

/// The number of a proposal for the next epoch.
struct Ballot: Sendable, Hashable, Comparable {
    var round: Int64
    var server: ServerID

    static func < (left: Ballot, right: Ballot) -> Bool {
        (left.round, left.server) < (right.round, right.server)
    }
}

/// A value that a voter accepted for the next epoch.
struct AcceptedEpoch: Sendable, Hashable {
    var ballot: Ballot
    var value: Epoch
}
