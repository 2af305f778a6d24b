import Glibc
public import Messaging
import NIOPosix

/// Controls from outside: lines on standard input, and the signals that ask a process to stop.
public enum ControlInput {
    /// The most bytes of an input line that are kept.
    private static let lineBytesMax = 1 << 20

    /// Makes SIGTERM and SIGINT wait for `forwardSignals`; call it first, before any thread is made.
    public static func holdSignals() {
        var signals = stopSignals()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Forwards each held SIGTERM or SIGINT as `stop`, from a thread that lasts as long as the process.
    public static func forwardSignals(to control: @escaping @Sendable (Event.Control) -> Void) {
        onThread {
            var signals = stopSignals()
            var signal: Int32 = 0
            while sigwait(&signals, &signal) == 0 { control(.stop) }
        }
    }

    /// Forwards each line of standard input that names a control; others are passed over. The end of
    /// the input means nothing.
    public static func forwardControls(to control: @escaping @Sendable (Event.Control) -> Void) {
        forwardLines(
            to: { line in
                if let line, let known = Event.Control(rawValue: line) { control(known) }
            },
            tooLong: {}
        )
    }

    /// Forwards each line of standard input, and nil at its end, from a thread that lasts as long as the
    /// process. A line of more than 1 MiB is passed over; `tooLong` is told of it.
    public static func forwardLines(
        to take: @escaping @Sendable (String?) -> Void,
        tooLong: @escaping @Sendable () -> Void
    ) {
        onThread {
            var framer = LineFramer(lineBytesMax: lineBytesMax)
            readAll { bytes in
                framer.append(bytes)
                while true {
                    while let line = framer.next() { take(String(decoding: line, as: UTF8.self)) }
                    guard framer.isTooLong else { return }
                    framer.skipLine()
                    tooLong()
                }
            }
            if let rest = framer.finish() { take(String(decoding: rest, as: UTF8.self)) }
            take(nil)
        }
    }

    /// Forwards what comes on standard input as it comes, and nil at its end, from a thread that lasts as
    /// long as the process.
    public static func forwardBytes(to take: @escaping @Sendable ([UInt8]?) -> Void) {
        onThread {
            readAll { take(Array($0)) }
            take(nil)
        }
    }

    private static func readAll(_ take: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            take(buffer[..<count])
        }
    }

    private static func stopSignals() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }

    /// The pool has one thread, which ends with the process.
    private static func onThread(_ body: @escaping @Sendable () -> Void) {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        pool.submit { _ in body() }
    }
}
