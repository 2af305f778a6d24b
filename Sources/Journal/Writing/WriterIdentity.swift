/// Who writes: what every record of one process says of its writer.
public struct WriterIdentity: Sendable, Hashable {
    /// The run, `ORDEAL_RUN`.
    public var run: String
    /// The node's name in the plan, `ORDEAL_NODE`.
    public var node: String
    /// Which start of that node, `ORDEAL_INCARNATION`: 0 for the first.
    public var incarnation: Int
    /// The program's name, `SYSLOG_IDENTIFIER`.
    public var program: String

    /// Makes an identity; `incarnation` must be 0 or more.
    public init(run: String, node: String, incarnation: Int, program: String) {
        precondition(incarnation >= 0, "incarnation must be 0 or more, got \(incarnation)")
        self.run = run
        self.node = node
        self.incarnation = incarnation
        self.program = program
    }
}
