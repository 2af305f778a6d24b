import DequeModule

/// The accepted connections that have said nothing yet, the oldest first.
///
/// Whoever speaks or goes is only counted out at once; its place is given up when it is the oldest, or
/// when such places are more than half of all. So each step costs little, however many are silent.
struct SilentConnections: Sendable {
    private var places: Deque<ConnectionID> = []
    /// Who is silent.
    private var silent: Set<ConnectionID> = []

    /// So many places are kept before those that were given up are swept.
    private static let sweepFrom = 64

    var count: Int { silent.count }

    /// The one that came first.
    var oldest: ConnectionID? { places.first }

    func contains(_ connection: ConnectionID) -> Bool { silent.contains(connection) }

    mutating func append(_ connection: ConnectionID) {
        silent.insert(connection)
        places.append(connection)
    }

    /// It spoke, or is gone.
    mutating func remove(_ connection: ConnectionID) {
        guard silent.remove(connection) != nil else { return }
        while let first = places.first, !silent.contains(first) { places.removeFirst() }
        if places.count > Self.sweepFrom, places.count > silent.count * 2 {
            places.removeAll { !silent.contains($0) }
        }
    }
}
