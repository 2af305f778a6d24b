public import Messaging

/// A disk on which a shell stores what its core keeps.
public protocol StateStore: Sendable {
    /// Takes changes, all or nothing, after those that were given before.
    ///
    /// It returns at once. `done` is called from any thread, for each ticket once and in their order:
    /// with success when the changes outlive a crash of the machine. After a failure no change is taken
    /// any more.
    func store(
        _ ticket: StoreTicket,
        _ operations: [StoreOperation],
        done: @escaping @Sendable (Result<Void, any Error>) -> Void
    )
}
