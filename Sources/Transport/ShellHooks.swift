public import Evidence

/// What a shell cannot do itself: called on its event loop, in the order of the core's effects.
public struct ShellHooks: Sendable {
    /// Writes a record that happened at an instant; what it throws ends the process.
    public var record: @Sendable (EventKind, FieldValues, Instant) throws -> Void
    /// Writes the records that `record` may have kept back to write them together; what it throws ends the
    /// process. It is called before anything that others can notice, and soon in any case. The default is
    /// nil: nothing is kept back.
    public var settle: (@Sendable () throws -> Void)?
    /// The process is ready to be used; what it throws ends the process.
    public var ready: @Sendable () throws -> Void
    /// Shows a line to the person at the terminal.
    public var show: @Sendable (String) -> Void
    /// The core has room for one more line of the input. The default does nothing.
    public var takeLine: @Sendable () -> Void = {}
    /// The disk; nil: there is none, and storing fails. The default is nil.
    public var store: (any StateStore)?
    /// What hashes secrets; nil: none can be hashed. The default is nil.
    public var hasher: (any SecretHashing)?

    /// Makes hooks; by default nothing is recorded, told or shown.
    public init(
        record: @escaping @Sendable (EventKind, FieldValues, Instant) throws -> Void = { _, _, _ in
        },
        ready: @escaping @Sendable () throws -> Void = {},
        show: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.record = record
        self.ready = ready
        self.show = show
    }
}
