import CLinux
import Glibc

/// The number of records that the journal accepted from one incarnation, kept in a shared file.
///
/// The writer stores it after each `sendto`; the file outlives a SIGKILL, so the supervisor reads
/// from it how far a dead process got. What the journal holds is that number or one more.
/// Format: one file of 4096 bytes per incarnation; bytes 0 to 7 hold the count as an unsigned
/// 64-bit number in the machine's byte order, the rest is zero.
public struct AckPage: ~Copyable {
    /// The size of the file in bytes.
    public static let bytes = 4096

    private let descriptor: Int32
    private let place: UnsafeMutablePointer<UInt64>

    /// Opens (or makes) the page for the one process that writes to it.
    ///
    /// - Throws: `JournalError` where it cannot be made, where another process holds it, or where
    ///   it already counts records.
    init(writing path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Self.failure("open", path, errno)
        }
        let place: UnsafeMutablePointer<UInt64>
        do {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw JournalError(
                    .ackPage,
                    what: "another process writes as the owner of ack page \(path)",
                    remedy: "give each process an incarnation of its own, or take ORDEAL_* "
                        + "out of the environment of programs that it starts"
                )
            }
            // Allocated, not only sized: a store to a sparse page of a full disk is a SIGBUS.
            let problem = posix_fallocate(descriptor, 0, off_t(Self.bytes))
            guard problem == 0 else {
                throw Self.failure("allocate", path, problem)
            }
            place = try Self.map(descriptor, path)
            try Self.checkUnused(place, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.place = place
    }

    deinit {
        munmap(place, Self.bytes)
        close(descriptor)
    }

    /// Stores the number of records accepted so far.
    func store(accepted: Int64) {
        ordeal_store_release(place, UInt64(accepted))
    }

    /// The number of accepted records that a page tells; 0 where no process ever opened it.
    ///
    /// - Throws: `JournalError` where the file exists but cannot be read.
    public static func accepted(at path: String) throws -> Int64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return 0 }
            throw failure("open", path, errno)
        }
        defer { close(descriptor) }
        var count: UInt64 = 0
        let got = pread(descriptor, &count, MemoryLayout<UInt64>.size, 0)
        guard got >= 0 else {
            throw failure("read", path, errno)
        }
        return got == MemoryLayout<UInt64>.size ? Int64(clamping: count) : 0
    }

    private static func checkUnused(
        _ place: UnsafeMutablePointer<UInt64>,
        _ path: String
    ) throws {
        let count = ordeal_load_acquire(place)
        guard count == 0 else {
            munmap(place, bytes)
            throw JournalError(
                .ackPage,
                what: "ack page \(path) already counts \(count) records",
                remedy: "give each start of a node an incarnation and a page of its own"
            )
        }
    }

    private static func map(
        _ descriptor: Int32,
        _ path: String
    ) throws -> UnsafeMutablePointer<UInt64> {
        let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let memory, memory != MAP_FAILED else {
            throw failure("map", path, errno)
        }
        return memory.bindMemory(to: UInt64.self, capacity: bytes / MemoryLayout<UInt64>.size)
    }

    private static func failure(_ verb: String, _ path: String, _ number: Int32) -> JournalError {
        JournalError(
            .ackPage,
            what: "cannot \(verb) ack page \(path): \(JournalError.text(number))",
            remedy: "check that its directory exists, is writable and has space"
        )
    }
}
