/// One start of one node: who writes a gapless sequence of records.
public struct NodeIncarnation: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The node's name in the plan.
    public var node: String
    /// Which start of it: 0 for the first.
    public var incarnation: Int

    /// Makes a reference to a start of a node.
    public init(node: String, incarnation: Int) {
        self.node = node
        self.incarnation = incarnation
    }

    /// Orders by name, `client.2` before `client.10`, then by start.
    public static func < (left: Self, right: Self) -> Bool {
        let leftKey = key(left.node)
        let rightKey = key(right.node)
        return (leftKey.0, leftKey.1, left.node, left.incarnation)
            < (rightKey.0, rightKey.1, right.node, right.incarnation)
    }

    /// The node's name; where it was started again, which start.
    public var description: String {
        incarnation == 0 ? node : "\(node) (incarnation \(incarnation))"
    }

    private static func key(_ name: String) -> (String, Int) {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")),
            let number = Int(name[name.index(after: dot)...])
        else { return (name, 0) }
        return (String(name[..<dot]), number)
    }
}
