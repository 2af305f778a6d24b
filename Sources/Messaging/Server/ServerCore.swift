public import Evidence

/// The super-peer messaging server as a value: docs/messaging.md says what it does.
public struct ServerCore: ProtocolCore {
    let configuration: ServerConfiguration

    /// Makes a server that has not started.
    public init(configuration: ServerConfiguration) {
        self.configuration = configuration
    }

    /// Takes one event and says what is to be done.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        event == .started ? [.ready] : []
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {}
}
