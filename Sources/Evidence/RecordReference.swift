/// Names one record of a run: who wrote it and its place in that writer's sequence.
public struct RecordReference: Sendable, Hashable, CustomStringConvertible {
    /// The node that wrote it.
    public var node: String
    /// Which start of that node.
    public var incarnation: Int
    /// Its place in the incarnation, from 0.
    public var sequence: Int64

    /// The reference to a record.
    public init(_ record: Record) {
        node = record.node
        incarnation = record.incarnation
        sequence = record.sequence
    }

    /// The reference to a record by its parts.
    public init(node: String, incarnation: Int, sequence: Int64) {
        (self.node, self.incarnation, self.sequence) = (node, incarnation, sequence)
    }

    /// The reference to a place of an incarnation.
    init(_ writer: NodeIncarnation, sequence: Int64) {
        node = writer.node
        incarnation = writer.incarnation
        self.sequence = sequence
    }

    /// `node/incarnation#sequence`.
    public var description: String { "\(node)/\(incarnation)#\(sequence)" }
}
