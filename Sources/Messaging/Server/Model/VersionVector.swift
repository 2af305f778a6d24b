/// How much of every server's items somebody has: all up to a number, by the server that took them.
struct VersionVector: Sendable, Hashable {
    private(set) var numbers: [ServerID: Int64] = [:]

    /// The last number that is had of a server; 0 where there is none.
    subscript(server: ServerID) -> Int64 { numbers[server] ?? 0 }

    /// Raises the number of a server; never lowers it.
    mutating func raise(_ server: ServerID, to number: Int64) {
        if number > self[server] { numbers[server] = number }
    }

    /// Raises every number to that of the other.
    mutating func raise(to other: VersionVector) {
        for (server, number) in other.numbers { raise(server, to: number) }
    }

    /// Whether it has everything that the other has.
    func covers(_ other: VersionVector) -> Bool {
        other.numbers.allSatisfy { self[$0.key] >= $0.value }
    }

    /// The numbers in a fixed order.
    var sorted: [(server: ServerID, number: Int64)] {
        numbers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
