import Dispatch
import Foundation
import Messaging
import Synchronization
import Testing

@testable import Store

@Suite struct StoreTests {
    /// A folder of its own for one test.
    private final class Folder {
        let path: String
        var file: String { "\(path)/disk/ordeal-node.sqlite" }
        var disk: String { "\(path)/disk" }

        init() throws {
            let place = FileManager.default.temporaryDirectory
            path = place.appendingPathComponent("ordeal-store-\(UUID())").path
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The answers of a store, in the order in which they came.
    private final class Answers: Sendable {
        private let entries = Mutex<[(Int64, String?)]>([])
        private let came = DispatchSemaphore(value: 0)

        func take(_ ticket: StoreTicket, _ result: Result<Void, any Error>) {
            let failure: String? =
                switch result {
                case .success: nil
                case .failure(let error): "\(error)"
                }
            entries.withLock { $0.append((ticket.number, failure)) }
            came.signal()
        }

        func wait(for count: Int) -> [(ticket: Int64, failure: String?)] {
            for _ in 0..<count { came.wait() }
            return entries.withLock { $0.map { ($0.0, $0.1) } }
        }
    }

    private func put(_ kind: StoreKey.Kind, _ name: String, _ text: String) -> StoreOperation {
        .put(StoreKey(kind, name), Array(text.utf8))
    }

    private func write(_ store: Store, _ operations: [StoreOperation]) -> String? {
        let answers = Answers()
        store.store(StoreTicket(1), operations) { answers.take(StoreTicket(1), $0) }
        return answers.wait(for: 1)[0].failure
    }

    @Test("a folder is made with those above it")
    func makes() throws {
        let folder = try Folder()
        let store = try Store.open(in: "\(folder.path)/data/server.1")
        #expect(write(store, [put(.fact, "x", "y")]) == nil)
        #expect(store.age == .zero)
        // It holds hashes of secrets.
        for name in ["", "/ordeal-node.sqlite", "/ordeal-node.sqlite-wal"] {
            let path = "\(folder.path)/data/server.1\(name)"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect((mode as? Int ?? 0o777) & 0o077 == 0, "\(path)")
        }
    }

    @Test("what was answered is there when the folder is opened again")
    func keeps() throws {
        let folder = try Folder()
        var expected = StoreContents()
        do {
            let store = try Store.open(in: folder.disk)
            #expect(try store.contents().isEmpty)
            let operations: [StoreOperation] = [
                put(.fact, "identity", "one"), put(.entry, "0001", "\u{0}\u{ff}日本"),
                put(.session, "s", ""), put(.vote, "v", "gone"), put(.base, "b", "gone"),
                .remove(StoreKey(.vote, "v")), .removeAll(.base), put(.fact, "identity", "two"),
                .remove(StoreKey(.server, "never there")),
            ]
            #expect(write(store, operations) == nil)
            for operation in operations { expected.apply(operation) }
            #expect(try store.contents() == expected)
            try store.close()
        }
        #expect(try Store.open(in: folder.disk).contents() == expected)
        #expect(expected[StoreKey(.fact, "identity")] == Array("two".utf8))
    }

    @Test("tickets are answered in order, and those that wait share a transaction")
    func groups() throws {
        let folder = try Folder()
        let store = try Store.open(in: folder.disk)
        let answers = Answers()
        for number in 1...2000 {
            let operations = [put(.fact, "last", "\(number)")]
            let ticket = StoreTicket(Int64(number))
            store.store(ticket, operations) { answers.take(ticket, $0) }
        }
        let came = answers.wait(for: 2000)
        #expect(came.map(\.ticket) == Array(1...2000))
        #expect(came.allSatisfy { $0.failure == nil })
        #expect(store.transactions < 2000)
        #expect(try store.contents()[StoreKey(.fact, "last")] == Array("2000".utf8))
    }

    @Test("without room nothing is answered as stored, and what was stored before stays")
    func full() throws {
        let folder = try Folder()
        do {
            let store = try Store.open(in: folder.disk, pagesMax: 64)
            #expect(write(store, [put(.fact, "small", "1")]) == nil)
            let large = String(repeating: "x", count: 400_000)
            let failure = try #require(
                write(store, [put(.fact, "before", "1"), put(.entry, "large", large)])
            )
            #expect(failure.contains("no room is left"))
            #expect(write(store, [put(.fact, "after", "1")]) == failure)
            try store.close()
        }
        let contents = try Store.open(in: folder.disk).contents()
        #expect(contents.all(.fact).map(\.name) == ["small"])
        #expect(contents.all(.entry).isEmpty)
    }

    @Test("a folder that cannot be made, or is a file, is refused with what to do")
    func unreachable() throws {
        let folder = try Folder()
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/file"))
        for path in ["\(folder.path)/file/none", "\(folder.path)/file", "/proc/none"] {
            let error = #expect(throws: StoreError.self) { _ = try Store.open(in: path) }
            #expect(error?.code == .unreachable, "\(path): \(error?.description ?? "")")
        }
    }

    @Test("of two processes the second one is refused")
    func inUse() throws {
        let folder = try Folder()
        let store = try Store.open(in: folder.disk)
        let error = #expect(throws: StoreError.self) { _ = try Store.open(in: folder.disk) }
        #expect(error?.code == .inUse, "\(error?.description ?? "")")
        #expect(write(store, [put(.fact, "still", "works")]) == nil)
    }

    @Test("a file that is none of ours is refused and left as it is")
    func foreign() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.disk,
            withIntermediateDirectories: true
        )
        let url = URL(fileURLWithPath: folder.file)
        let texts = [
            "no database at all, but long enough to be taken for one", "SQLite format 3\0",
        ]
        for text in texts {
            let bytes = Data(String(repeating: text, count: 20).utf8)
            try bytes.write(to: url)
            let error = #expect(throws: StoreError.self) { _ = try Store.open(in: folder.disk) }
            #expect(error != nil)
            #expect(try Data(contentsOf: url) == bytes)
        }
    }

    @Test("a damaged database is refused and left as it is")
    func damaged() throws {
        let folder = try Folder()
        do {
            let store = try Store.open(in: folder.disk)
            let text = String(repeating: "x", count: 1000)
            #expect(write(store, (0..<200).map { put(.entry, "\($0)", text) }) == nil)
            try store.close()
        }
        let url = URL(fileURLWithPath: folder.file)
        var bytes = try Data(contentsOf: url)
        for place in stride(from: 4096 * 5, to: bytes.count - 100, by: 4096) {
            bytes.replaceSubrange(place..<place + 100, with: Data(repeating: 0x5a, count: 100))
        }
        try bytes.write(to: url)
        let error = #expect(throws: StoreError.self) { _ = try Store.open(in: folder.disk) }
        #expect(error?.code == .damaged, "\(error?.description ?? "")")
        #expect(try Data(contentsOf: url) == bytes)
    }
}
