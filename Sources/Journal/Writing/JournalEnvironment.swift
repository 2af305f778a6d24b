import Glibc

/// What the environment tells a node about the run's journal.
///
/// | variable | meaning |
/// |---|---|
/// | `ORDEAL_RUN` | the run's id |
/// | `ORDEAL_NODE` | the node's name in the plan |
/// | `ORDEAL_INCARNATION` | which start of the node, 0 for the first |
/// | `ORDEAL_JOURNAL` | the path of journald's native socket |
/// | `ORDEAL_ACK_PAGE` | the path of the incarnation's ack page |
public struct JournalEnvironment: Sendable, Hashable {
    /// The run's id.
    public var run: String
    /// The node's name in the plan.
    public var node: String
    /// Which start of the node.
    public var incarnation: Int
    /// The path of journald's native socket.
    public var socketPath: String
    /// The path of the incarnation's ack page.
    public var ackPagePath: String

    /// Makes an environment from its parts.
    public init(
        run: String,
        node: String,
        incarnation: Int,
        socketPath: String,
        ackPagePath: String
    ) {
        self.run = run
        self.node = node
        self.incarnation = incarnation
        self.socketPath = socketPath
        self.ackPagePath = ackPagePath
    }

    /// The names of the variables, in the order of the table above.
    public static let names = [
        "ORDEAL_RUN", "ORDEAL_NODE", "ORDEAL_INCARNATION", "ORDEAL_JOURNAL", "ORDEAL_ACK_PAGE",
    ]

    /// The variables with their values, as a child process needs them.
    public var variables: [(name: String, value: String)] {
        let values = [run, node, String(incarnation), socketPath, ackPagePath]
        return zip(Self.names, values).map { (name: $0, value: $1) }
    }

    /// Who writes, for a program of this name.
    public func identity(program: String) -> WriterIdentity {
        WriterIdentity(run: run, node: node, incarnation: incarnation, program: program)
    }

    /// What this process's environment says; nil where it names no journal.
    ///
    /// - Throws: `JournalError` where only some of the variables are set, or one is wrong.
    public static func current() throws -> JournalEnvironment? {
        try parse { name in getenv(name).map { String(cString: $0) } }
    }

    /// Reads the variables from a look-up; nil where none is set.
    static func parse(_ value: (String) -> String?) throws -> JournalEnvironment? {
        let values = names.map(value)
        let missing = zip(names, values).filter { $1 == nil }.map { $0.0 }
        if missing.count == names.count { return nil }
        guard missing.isEmpty else {
            throw JournalError(
                .environment,
                what: "the environment names a journal in part: \(missing.joined(separator: ", ")) "
                    + "not set",
                remedy: "set all of \(names.joined(separator: ", ")), or none"
            )
        }
        let texts = values.compactMap(\.self)
        guard let incarnation = Int(texts[2]), incarnation >= 0 else {
            throw JournalError(
                .environment,
                what: "ORDEAL_INCARNATION is \"\(texts[2])\"",
                remedy: "set it to a number from 0"
            )
        }
        return JournalEnvironment(
            run: texts[0],
            node: texts[1],
            incarnation: incarnation,
            socketPath: texts[3],
            ackPagePath: texts[4]
        )
    }
}
