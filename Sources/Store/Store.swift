import Dispatch
public import Messaging
import Synchronization
public import Transport

/// The disk of one server: an SQLite database in a folder of its own.
///
/// One thread writes. Whatever waits when it begins goes into one transaction and is answered together
/// (*group commit*), once it is synchronised: an answer outlives a crash of the machine. What was not
/// answered may be there after a crash or not, each transaction whole.
///
///     let store = try Store.open(in: "/var/lib/ordeal/server.1")
///     let core = try ServerCore(configuration: configuration, disk: store.contents())
public final class Store: StateStore {
    private struct Waiting: Sendable {
        let ticket: StoreTicket
        let operations: [StoreOperation]
        let done: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct State: Sendable {
        var waiting: [Waiting] = []
        var isWriting = false
        var failure: StoreError?
        var transactions = 0
    }

    private let database: StoreDatabase
    private let queue = DispatchQueue(label: "ordeal.store")
    private let state = Mutex(State())

    private init(_ database: StoreDatabase) {
        self.database = database
    }

    /// Opens the database of a folder; makes both where there are none.
    ///
    /// - Throws: a `StoreError` where the folder cannot be used, where another process uses it, and where
    ///   the file is not ours or damaged: it is left as it is then.
    public static func open(in directory: String) throws -> Store {
        Store(try StoreDatabase.open(in: directory))
    }

    /// Opens it with room for so many pages of 4 KiB only.
    static func open(in directory: String, pagesMax: Int) throws -> Store {
        Store(try StoreDatabase.open(in: directory, pagesMax: pagesMax))
    }

    /// Everything that is stored.
    ///
    /// - Throws: a `StoreError` where it cannot be read.
    public func contents() throws -> StoreContents {
        try database.contents()
    }

    /// How long before it was opened something was stored for the last time, by the wall clock; zero where
    /// nothing was.
    public var age: Duration { database.age }

    /// How many transactions were made: with many operations waiting, fewer than operations.
    public var transactions: Int { state.withLock { $0.transactions } }

    /// Writes what waits and closes the file, so that another one may open it. What is given from then on
    /// fails.
    ///
    /// - Throws: a `StoreError` where the file cannot be closed.
    public func close() throws {
        queue.sync {}
        try database.close()
    }

    /// Takes changes for the next transaction; see `StateStore`.
    public func store(
        _ ticket: StoreTicket,
        _ operations: [StoreOperation],
        done: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        let mustStart = state.withLock { state in
            state.waiting.append(Waiting(ticket: ticket, operations: operations, done: done))
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustStart { queue.async { self.write() } }
    }

    /// Writes what waits until nothing does.
    private func write() {
        while true {
            let (batch, failure) = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isWriting = false }
                return (state.waiting, state.failure)
            }
            guard !batch.isEmpty else { return }
            let result = failure.map { .failure($0) } ?? commit(batch)
            for waiting in batch { waiting.done(result.mapError { $0 }) }
        }
    }

    private func commit(_ batch: [Waiting]) -> Result<Void, StoreError> {
        do throws(StoreError) {
            try database.write(batch.lazy.map(\.operations).joined())
            state.withLock { $0.transactions += 1 }
            return .success(())
        } catch {
            state.withLock { $0.failure = error }
            return .failure(error)
        }
    }
}
