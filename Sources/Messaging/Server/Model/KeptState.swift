/// What of a server's small state is on its way to the disk, to see what changed since.
struct KeptState: Sendable {
    var identity: String?
    var epoch = Epoch.none
    var promised: Ballot?
    var accepted: AcceptedEpoch?
    var roundMax: Int64 = 0
    var voted: [String: Registration] = [:]
    var floor = VersionVector()
    var floorOrder: Int64 = 0
    var heldThrough: Int64 = 0
    var lost: [ServerID: LostLink] = [:]
    var servers: Set<ServerPlace> = []
    /// The entries of the log from the first to before the second.
    var logStart: Int64 = 0
    var logEnd: Int64 = 0
}
