import DequeModule
import Evidence

/// The broadcasts of one session that wait until its client has taken those before them.
///
/// What is written to a connection can no longer be overtaken. So a client that acknowledges has only so much on
/// its way as it takes in a short time, however much is pending for it: what else it is told, above all that a
/// heartbeat is answered, comes within that time. How much that is, shows how soon it acknowledges. A client that
/// is fast is given twice as much each time, one that is slow half. For a stock client, which acknowledges nothing,
/// its server's machine does once it has taken what was written.
struct DeliveryWindow: Sendable {
    /// What may be on its way at first.
    static let weightAtFirst = 1 << 14
    /// The least that it is brought down to.
    static let weightMin = 1 << 12
    /// The most that may be on its way.
    static let weightMax = 1 << 23
    /// What a line weighs on top of its bytes: a short one costs a client nearly as much as a longer one.
    static let lineWeight = 1 << 8
    /// What is acknowledged within this part of `hold` is soon.
    static let soon = 16
    /// What is not acknowledged within this part of `hold` is late.
    static let late = 8

    /// How many broadcasts were written to the connection.
    private(set) var linesWritten: Int64 = 0
    /// The bytes that wait, but for those of messages that were pending before: a user who was away for long is
    /// not a slow reader.
    private(set) var waitingBytes = 0

    /// The most that this one may have on its way.
    private let weightLimit: Int
    /// What may be on its way now.
    private(set) var weight: Int
    private var weightOnItsWay = 0
    private var onItsWay: Deque<Written> = []
    private var waiting: Deque<Waiting> = []
    /// Whether something had to wait since there may be more on its way.
    private var wasFull = false
    /// What was written before was written where more could be on its way.
    private var narrowedAt: Instant?

    /// Makes a window for a connection to which so many bytes may wait to be written; half of them may be on
    /// their way. The default leaves the most.
    init(pendingBytesMax: Int = .max) {
        weightLimit = max(Self.weightMin, min(Self.weightMax, pendingBytesMax / 2))
        weight = min(Self.weightAtFirst, weightLimit)
    }

    private struct Written: Sendable {
        let lastLine: Int64
        let weight: Int
        let at: Instant
    }

    /// Lines of a frame from one of its bytes on.
    private struct Waiting: Sendable {
        let frame: Frame
        var lines: Int
        /// Whether they were pending before.
        let isPending: Bool
        var offset = 0

        var bytes: Int { frame.bytes.count - offset }
        var weight: Int { bytes + lines * DeliveryWindow.lineWeight }
        /// What of it counts as waiting.
        var waitingBytes: Int { isPending ? 0 : bytes }

        /// Takes its first lines.
        mutating func take(_ count: Int) -> Frame {
            defer { lines -= count }
            guard count < lines else {
                defer { offset = frame.bytes.count }
                return offset == 0 ? frame : Frame(Array(frame.bytes[offset...]))
            }
            var end = offset
            for _ in 0..<count {
                let rest = frame.bytes[end...]
                end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            }
            defer { offset = end }
            return Frame(Array(frame.bytes[offset..<end]))
        }
    }

    /// Whether nothing waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// Takes broadcasts; whether all of them are to be written at once. Else they wait: `next` gives those that
    /// are not to.
    mutating func pass(
        _ frame: Frame,
        lines: Int,
        isPending: Bool = false,
        now: Instant
    ) -> Bool {
        let new = Waiting(frame: frame, lines: lines, isPending: isPending)
        if waiting.isEmpty && room(for: new) == lines {
            wrote(bytes: new.bytes, lines: lines, now)
            return true
        }
        wasFull = true
        waiting.append(new)
        waitingBytes += new.waitingBytes
        return false
    }

    /// The next broadcasts that waited and are to be written now; nil while there are none.
    mutating func next(now: Instant) -> Frame? {
        guard var first = waiting.popFirst() else { return nil }
        let count = room(for: first)
        guard count > 0 else {
            wasFull = true
            waiting.prepend(first)
            return nil
        }
        waitingBytes -= first.waitingBytes
        let frame = first.take(count)
        if first.lines > 0 {
            waitingBytes += first.waitingBytes
            waiting.prepend(first)
        }
        wrote(bytes: frame.bytes.count, lines: count, now)
        return frame
    }

    /// How many of these lines may be written now; one always may where nothing is on its way.
    private func room(for new: Waiting) -> Int {
        let room = weight - weightOnItsWay
        if new.weight <= room { return new.lines }
        let count = max(0, room) * new.lines / new.weight
        return onItsWay.isEmpty ? max(1, count) : count
    }

    private mutating func wrote(bytes: Int, lines: Int, _ now: Instant) {
        let weight = bytes + lines * Self.lineWeight
        linesWritten += Int64(lines)
        weightOnItsWay += weight
        onItsWay.append(Written(lastLine: linesWritten, weight: weight, at: now))
    }

    /// Notes that the client acknowledged the first `count` broadcasts.
    mutating func acknowledged(lines count: Int64, now: Instant, hold: Duration) {
        var last: Written?
        while let first = onItsWay.first, first.lastLine <= count {
            weightOnItsWay -= first.weight
            last = onItsWay.removeFirst()
        }
        guard let last else { return }
        let time = now - last.at
        if time > hold / Self.late {
            guard narrowedAt.map({ last.at > $0 }) ?? true else { return }
            narrowedAt = now
            weight = max(Self.weightMin, weight / 2)
        } else if time <= hold / Self.soon, wasFull {
            wasFull = false
            weight = min(weightLimit, weight * 2)
        }
    }

    /// Says where the state contradicts itself; nil where it does not.
    var contradiction: String? {
        let bytes = waiting.reduce(0) { $0 + $1.waitingBytes }
        if bytes != waitingBytes { return "waiting bytes must be \(bytes), got \(waitingBytes)" }
        let weight = onItsWay.reduce(0) { $0 + $1.weight }
        if weight != weightOnItsWay {
            return "the weight on its way must be \(weight), got \(weightOnItsWay)"
        }
        if let first = waiting.first, room(for: first) > 0 {
            return "\(waiting.count) frames wait for nothing"
        }
        return nil
    }
}
