/// The place of a message among those of its sender: a stream and a number in it, from 1.
public struct StreamPlace: Sendable, Hashable {
    /// The stream: one client incarnation as one user, unless it began another.
    public var stream: String
    /// The number in that stream, from 1.
    public var number: Int64
    /// The number among all messages of the cluster, from 1, where the order is `total`.
    public var order: Int64?

    /// Makes a place.
    public init(stream: String, number: Int64, order: Int64? = nil) {
        self.stream = stream
        self.number = number
        self.order = order
    }
}
