/// What a relay process is told at its start: who is who, and where it listens for whom.
public struct RelayConfiguration: Sendable, Codable, Equatable {
    /// One node that others dial: its relay's listener and its own.
    public struct Listener: Sendable, Codable, Equatable {
        /// The node's name.
        public var node: String
        /// Where the relay listens for it: what the node announces.
        public var host: String
        /// Where the node itself listens.
        public var targetHost: String
        /// The port of both.
        public var port: Int

        /// Makes a listener.
        public init(node: String, host: String, targetHost: String, port: Int) {
            self.node = node
            self.host = host
            self.targetHost = targetHost
            self.port = port
        }
    }

    /// The nodes that others dial.
    public var listeners: [Listener]
    /// The node that dials from each source address.
    public var nodes: [String: String]
    /// The address of the relay's own echo, where probes end.
    public var echoHost: String
    /// The path of the control socket, under 108 bytes.
    public var controlPath: String

    /// Makes a configuration.
    public init(
        listeners: [Listener],
        nodes: [String: String],
        echoHost: String,
        controlPath: String
    ) {
        self.listeners = listeners
        self.nodes = nodes
        self.echoHost = echoHost
        self.controlPath = controlPath
    }
}
