import Evidence
import Foundation
import Glibc
import Journal
import Report

/// Asks the program of a guarantee of the plan's own: the records on its standard input, a line of JSON each;
/// its answer from its standard output.
struct OwnProgram {
    /// The most that an answer may have, in bytes.
    static let answerBytesMax = 1 << 20
    /// What is kept of its standard error, in bytes.
    private static let errorBytesMax = 4096
    /// How long it may take to die of SIGKILL.
    private static let deathLimit = Duration.seconds(5)
    private static let chunkBytes = 1 << 16

    /// The program and its arguments.
    let words: [String]
    /// How long it may take.
    let limit: Duration

    /// Why there is no answer.
    struct Failure: Error {
        var reason: String
    }

    /// Asks; returns what it wrote.
    ///
    /// The program is in a process group of its own, all of which is gone when this returns.
    /// - Throws: `Failure` where it cannot be started, ends badly, takes too long or says too much.
    func ask(_ history: History) throws -> Data {
        guard let program = words.first else { throw Failure(reason: "it has no program") }
        // A program that does not read to the end is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = []
        defer { for end in ends where end >= 0 { close(end) } }
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            guard pipe(&pair) == 0 else {
                throw Failure(reason: "no pipe is to be had: \(String(cString: strerror(errno)))")
            }
            for end in pair {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
            ends += pair
        }
        var request = SpawnRequest(program, Array(words.dropFirst()))
        request.environment = Self.environment(history)
        request.descriptors = [ends[0], ends[3], ends[5]]
        let child: ChildProcess
        do {
            child = try request.start()
        } catch {
            throw Failure(reason: "its program cannot be started: \(error)")
        }
        for place in [0, 3, 5] {
            close(ends[place])
            ends[place] = -1
        }
        defer {
            child.signalGroup(SIGKILL)
            if child.waitForEnd(Self.deathLimit) { _ = child.reap() }
        }
        for place in [1, 2, 4] {
            _ = fcntl(ends[place], F_SETFL, O_NONBLOCK)
        }
        var talk = Talk(history: history, input: ends[1], output: ends[2], errors: ends[4])
        ends[1] = -1
        defer { talk.closeInput() }
        let deadline = MonotonicClock.now() + limit
        while !child.waitForEnd(.zero) {
            let left = (deadline - MonotonicClock.now()).nanoseconds / 1_000_000
            guard left > 0 else {
                throw Failure(reason: "its program gave no verdict within \(limit)")
            }
            talk.wait(for: child, milliseconds: Int32(min(left, 1000)))
            guard talk.answer.count <= Self.answerBytesMax else {
                throw Failure(reason: "its program wrote more than \(Self.answerBytesMax) bytes")
            }
        }
        talk.readRest()
        child.signalGroup(SIGKILL)
        guard let exit = child.reap() else {
            throw Failure(reason: "its program's end is not to be learnt")
        }
        guard exit == .code(0) else {
            let said = String(decoding: talk.said.suffix(Self.errorBytesMax), as: UTF8.self)
            let last = said.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(200))" }
            throw Failure(reason: "its program \(exit)\(last ?? "")")
        }
        guard talk.answer.count <= Self.answerBytesMax else {
            throw Failure(reason: "its program wrote more than \(Self.answerBytesMax) bytes")
        }
        return talk.answer
    }

    private static func environment(_ history: History) -> [(name: String, value: String)] {
        let own = ProcessInfo.processInfo.environment
        var values = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"].compactMap { name in
            own[name].map { (name: name, value: $0) }
        }
        let isComplete = history.completeness.isComplete
        values.append((name: "ORDEAL_EVIDENCE", value: isComplete ? "complete" : "incomplete"))
        return values
    }

    /// What flows between us and the program.
    private struct Talk {
        let history: History
        private(set) var input: Int32
        let output: Int32
        let errors: Int32
        private(set) var answer = Data()
        private(set) var said = Data()
        private var pending: [UInt8] = []
        private var sent = 0
        private var next = 0

        init(history: History, input: Int32, output: Int32, errors: Int32) {
            (self.history, self.input, self.output, self.errors) = (history, input, output, errors)
        }

        mutating func closeInput() {
            if input >= 0 { close(input) }
            input = -1
        }

        /// Moves what can be moved, or waits until something can or the program has ended.
        mutating func wait(for child: ChildProcess, milliseconds: Int32) {
            var polled = [
                pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            // One that closed both of its outputs and lives on would wake us all the time.
            guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
            if polled[0].revents != 0 { feed() }
            let isOver = [polled[1], polled[2]].map { Int32($0.revents) == POLLHUP }
            if !isOver[0] { Self.read(output, &answer, max: answerBytesMax + 1) }
            if !isOver[1] { readErrors() }
            if isOver.contains(true), polled[0].revents == 0, polled[3].revents == 0 {
                usleep(1000)
            }
        }

        /// What is left in the pipes of a program that has ended.
        mutating func readRest() {
            Self.read(output, &answer, max: answerBytesMax + 1)
            readErrors()
        }

        private mutating func readErrors() {
            Self.read(errors, &said, max: .max)
            said = Data(said.suffix(errorBytesMax))
        }

        private mutating func feed() {
            while input >= 0 {
                if sent == pending.count { refill() }
                guard sent < pending.count else { return closeInput() }
                let count = pending.withUnsafeBytes { bytes in
                    write(input, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                }
                if count > 0 {
                    sent += count
                } else if errno == EAGAIN || errno == EINTR {
                    return
                } else {
                    return closeInput()
                }
            }
        }

        private mutating func refill() {
            pending.removeAll(keepingCapacity: true)
            sent = 0
            while next < history.records.count, pending.count < chunkBytes {
                pending.append(contentsOf: history.records[next].jsonLine.utf8)
                pending.append(UInt8(ascii: "\n"))
                next += 1
            }
        }

        private static func read(_ descriptor: Int32, _ data: inout Data, max: Int) {
            var bytes = [UInt8](repeating: 0, count: chunkBytes)
            while data.count < max {
                let count = Glibc.read(descriptor, &bytes, bytes.count)
                guard count > 0 else { return }
                data.append(contentsOf: bytes[..<count])
            }
        }
    }
}
