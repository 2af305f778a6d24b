import Dispatch
import Glibc

/// Signals as a stream of their numbers; their usual effect is off from then on.
enum Signals {
    /// Begins to listen.
    static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = signals.map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return SendableSource(source)
            }
            continuation.onTermination = { _ in
                for source in sources {
                    source.source.cancel()
                }
            }
        }
    }

    // Safe because: the source is only cancelled.
    private final class SendableSource: @unchecked Sendable {
        let source: any DispatchSourceSignal

        init(_ source: any DispatchSourceSignal) {
            self.source = source
        }
    }
}
