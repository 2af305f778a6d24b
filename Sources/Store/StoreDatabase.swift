import Foundation
import GRDB
import Glibc
import Messaging

/// The SQLite file: a table for each kind of value.
struct StoreDatabase: Sendable {
    /// Tells our files from those of others: `Ordl`.
    private static let applicationID = 0x4f72_646c
    /// The layout of the tables.
    private static let version = 1
    private static let fileName = "ordeal-node.sqlite"

    private let path: String
    private let queue: DatabaseQueue
    /// How long before it was opened it was written for the last time.
    let age: Duration

    static func open(in directory: String, pagesMax: Int? = nil) throws(StoreError) -> Self {
        try make(directory)
        let path = "\(directory)/\(fileName)"
        do {
            let age = min(age(path), age("\(path)-wal"))
            if try size(path) > 0 { try inspect(path) } else { try create(path) }
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.prepareDatabase { database in
                // Of two processes the second one is refused, not mixed in.
                try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try database.execute(sql: "PRAGMA synchronous = FULL")
                if let pagesMax {
                    try database.execute(sql: "PRAGMA max_page_count = \(pagesMax)")
                }
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { database in try layOut(database) }
            return Self(path: path, queue: queue, age: age < .seconds(1 << 40) ? age : .zero)
        } catch let error as StoreError {
            throw error
        } catch {
            throw translate(error, path)
        }
    }

    func contents() throws(StoreError) -> StoreContents {
        do {
            return try queue.read { database in
                var contents = StoreContents()
                for kind in StoreKey.Kind.allCases {
                    let sql = "SELECT name, value FROM \(kind.rawValue)"
                    let rows = try Row.fetchCursor(database, sql: sql)
                    while let row = try rows.next() {
                        let value = Array(try row.decode(Data.self, atIndex: 1))
                        let name = try row.decode(String.self, atIndex: 0)
                        contents.apply(.put(StoreKey(kind, name), value))
                    }
                }
                return contents
            }
        } catch {
            throw Self.translate(error, path)
        }
    }

    func write(_ operations: some Sequence<StoreOperation>) throws(StoreError) {
        do {
            try queue.write { database in
                for operation in operations { try Self.apply(operation, to: database) }
            }
        } catch {
            throw Self.translate(error, path)
        }
    }

    func close() throws(StoreError) {
        do {
            try queue.close()
        } catch {
            throw Self.translate(error, path)
        }
    }

    private static func apply(_ operation: StoreOperation, to database: Database) throws {
        let sql: String
        let arguments: StatementArguments
        switch operation {
        case .put(let key, let value):
            sql = "INSERT OR REPLACE INTO \(key.kind.rawValue) (name, value) VALUES (?, ?)"
            arguments = [key.name, Data(value)]
        case .remove(let key):
            sql = "DELETE FROM \(key.kind.rawValue) WHERE name = ?"
            arguments = [key.name]
        case .removeAll(let kind):
            sql = "DELETE FROM \(kind.rawValue)"
            arguments = []
        }
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    // MARK: Opening

    /// Makes a folder and those above it, where they are not there.
    private static func make(_ directory: String) throws(StoreError) {
        var path = directory.hasPrefix("/") ? "/" : ""
        for part in directory.split(separator: "/") {
            path += path.isEmpty || path.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(path, 0o700) == 0 || errno == EEXIST || isFolder(path) { continue }
            throw StoreError(
                .unreachable,
                "cannot make the folder \(path): \(String(cString: strerror(errno))); give --data-dir a folder that "
                    + "may be written"
            )
        }
    }

    /// Makes the file, for its owner alone: it holds hashes of secrets. What SQLite puts beside it is as it is.
    private static func create(_ path: String) throws(StoreError) {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StoreError(
                .unreachable,
                "cannot make \(path): \(String(cString: strerror(errno))); give --data-dir a folder that may be written"
            )
        }
        Glibc.close(file)
    }

    private static func isFolder(_ path: String) -> Bool {
        let error = errno
        defer { errno = error }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func size(_ path: String) throws(StoreError) -> Int {
        var status = stat()
        if stat(path, &status) == 0 { return Int(status.st_size) }
        if errno == ENOENT { return 0 }
        throw StoreError(
            .unreachable,
            "cannot look at \(path): \(String(cString: strerror(errno))); give --data-dir a folder that may be read"
        )
    }

    /// How long ago a file was written; longer than any time where it is not there.
    private static func age(_ path: String) -> Duration {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return .seconds(1 << 41) }
        return max(.zero, .seconds(time(nil) - status.st_mtim.tv_sec))
    }

    /// Looks at a file without changing it: whether it is ours and whole.
    private static func inspect(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        try queue.read { database in
            let id = try Int.fetchOne(database, sql: "PRAGMA application_id")
            let layout = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard id == applicationID else {
                throw StoreError(
                    .foreign,
                    "\(path) is no database of ordeal-node; it is left as it is: give --data-dir another folder"
                )
            }
            guard layout == version else {
                throw StoreError(
                    .foreign,
                    "\(path) has the layout \(layout), this ordeal-node knows \(version); it is left as it is: use "
                        + "the version that wrote it, or another folder"
                )
            }
            let found = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
            guard found == ["ok"] else { throw damaged(path, found.first ?? "no answer") }
        }
    }

    private static func layOut(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
        for kind in StoreKey.Kind.allCases {
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS \(kind.rawValue) (name TEXT PRIMARY KEY, value BLOB NOT NULL)
                    """
            )
        }
    }

    // MARK: Errors

    private static func damaged(_ path: String, _ why: String) -> StoreError {
        StoreError(
            .damaged,
            "\(path) is damaged (\(why)); it is left as it is: restore a copy, or start with an empty folder, as a "
                + "new server"
        )
    }

    private static func translate(_ error: any Error, _ path: String) -> StoreError {
        guard let error = error as? DatabaseError else { return damaged(path, "\(error)") }
        let why = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL:
            return StoreError(
                .full,
                "no room is left for \(path): \(why); make room and start again"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(
                .inUse,
                "another process uses \(path): give each server a folder of its own"
            )
        case .SQLITE_NOTADB:
            return StoreError(
                .foreign,
                "\(path) is no database; it is left as it is: give --data-dir another folder"
            )
        case .SQLITE_CORRUPT:
            return damaged(path, why)
        default:
            return StoreError(
                .unreachable,
                "cannot use \(path): \(why); see that the folder may be written and the disk is whole"
            )
        }
    }
}
