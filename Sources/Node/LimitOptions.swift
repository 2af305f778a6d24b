import ArgumentParser
import Arguments
import Messaging

/// What clients may ask of a server; beyond it a connection is closed, by a record.
struct LimitOptions: ParsableArguments {
    @Option(help: "The most bytes of a line from a client (1MiB).", transform: SizeOption.parse)
    var maxLine: SizeOption?

    @Option(parsing: .unconditional, help: "The most lines of a client in one second (100000).")
    var maxLineRate: Int?

    @Option(
        help: "The most bytes that may wait for a client that reads slowly (64MiB).",
        transform: SizeOption.parse
    )
    var maxPending: SizeOption?

    @Option(
        parsing: .unconditional,
        help: "The most connections at a time (10000, or as many as files may be open)."
    )
    var maxConnections: Int?

    @Option(
        help: "How long a new connection may stay without a word (5m).",
        transform: DurationOption.parse
    )
    var firstMessageWithin: DurationOption?

    @Option(
        help:
            "How long a message that nobody waits for is kept for super-peers that were away (10m).",
        transform: DurationOption.parse
    )
    var retention: DurationOption?

    @Option(
        parsing: .unconditional,
        help: "The most messages and other entries kept, whoever waits for them (2000000)."
    )
    var maxStored: Int?

    @Option(
        help: "The most bytes of messages kept, whoever waits for them (512MiB).",
        transform: SizeOption.parse
    )
    var maxStoredBytes: SizeOption?

    @Option(
        help: "How long a message is kept for users who do not come (24h).",
        transform: DurationOption.parse
    )
    var pendingRetention: DurationOption?

    func validate() throws {
        if let maxLine, maxLine.bytes > JSONLimits.client.bytes {
            throw ValidationError("--max-line must be at most \(JSONLimits.client.bytes)B")
        }
        for (option, number) in [
            ("--max-line-rate", maxLineRate), ("--max-connections", maxConnections),
            ("--max-stored", maxStored),
        ] {
            if let number, number < 1 {
                throw ValidationError("\(option) must be 1 or more, not \(number)")
            }
        }
        if let maxPending, maxPending.bytes < Self.pendingBytesMin {
            throw ValidationError("--max-pending must be at least \(Self.pendingBytesMin)B")
        }
        for (option, duration) in [
            ("--retention", retention), ("--pending-retention", pendingRetention),
        ] {
            if let duration, duration.duration <= .zero {
                throw ValidationError("\(option) must be more than 0s")
            }
        }
        if let firstMessageWithin, firstMessageWithin.duration <= .zero {
            throw ValidationError("--first-message-within must be more than 0s")
        }
    }

    /// The least that must be able to wait: the longest answer to a client, and a short line.
    private static let pendingBytesMin = 4096

    /// The files that a node needs besides its connections: journal, listener, event loop.
    private static let filesReserved = 32

    /// How many sockets may be open where so many files may: those included that are being closed.
    static func sockets(filesMax: Int) -> Int {
        max(1, filesMax - filesReserved)
    }

    /// The limits, where so many files may be open. Some sockets are left for connections that are
    /// being closed.
    func limits(filesMax: Int) -> ServerLimits {
        var limits = ServerLimits()
        limits.clientLineBytesMax = maxLine?.bytes ?? limits.clientLineBytesMax
        limits.linesPerSecondMax = maxLineRate ?? limits.linesPerSecondMax
        limits.clientPendingBytesMax = maxPending?.bytes ?? limits.clientPendingBytesMax
        limits.firstMessageWithin = firstMessageWithin?.duration ?? limits.firstMessageWithin
        limits.settledRetention = retention?.duration ?? limits.settledRetention
        limits.pendingRetention = pendingRetention?.duration ?? limits.pendingRetention
        limits.logEntriesMax = maxStored ?? limits.logEntriesMax
        limits.logBytesMax = maxStoredBytes?.bytes ?? limits.logBytesMax
        let sockets = Self.sockets(filesMax: filesMax)
        let room = max(1, sockets - limits.connectionsReserved - sockets / 8)
        limits.connectionsMax = min(maxConnections ?? limits.connectionsMax, room)
        return limits
    }
}
