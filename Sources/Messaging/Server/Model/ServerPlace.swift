/// A server and where it can be reached.
struct ServerPlace: Sendable, Hashable {
    var id: ServerID
    var address: Address
    /// Its sessions, as last announced.
    var load: Int64 = 0
}
