import Dispatch
import Glibc
import Synchronization
import Transport

/// The terminal of a person who chats: lines come above the one that is being typed.
///
/// Where standard input or output is no terminal, lines are read and written as they are.
final class Terminal: Sendable {
    private struct State: Sendable {
        var editor = LineEditor()
        var isTyping = false
    }

    /// Whether a person sits there.
    let isInteractive: Bool

    private let prompt: String
    private let hasColour: Bool
    private let state = Mutex(State())
    /// How many lines may be given that are not typed.
    private let turns = DispatchSemaphore(value: 0)
    /// How the terminal was set before.
    private static let before = Mutex<termios?>(nil)

    /// Makes a terminal that asks for lines with this prompt.
    init(prompt: String) {
        self.prompt = prompt
        isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        hasColour = isInteractive && getenv("NO_COLOR") == nil
    }

    /// Takes the terminal over until the process ends; gives each line, and nil at the end, to `take`.
    ///
    /// `interrupt` is called at Control-C, `tooLong` for a line that is too long to be kept. Lines that
    /// nobody types wait each for a `giveTurn`; what is not read yet waits with whoever writes it.
    func start(
        take: @escaping @Sendable (String?) -> Void,
        tooLong: @escaping @Sendable () -> Void,
        interrupt: @escaping @Sendable () -> Void
    ) {
        guard isInteractive, Self.setRaw() else {
            ControlInput.forwardLines(
                to: { line in
                    self.turns.wait()
                    take(line)
                },
                tooLong: {
                    self.turns.wait()
                    tooLong()
                }
            )
            return
        }
        atexit { Terminal.restore() }
        state.withLock { $0.isTyping = true }
        draw()
        ControlInput.forwardBytes { bytes in
            guard let bytes else { return take(nil) }
            let outcomes = self.state.withLock { $0.editor.take(bytes) }
            self.draw()
            for outcome in outcomes {
                switch outcome {
                case .line(let line): take(line)
                // Who is there to type it does not want to wait for a server.
                case .end: take("/quit")
                case .interrupt: interrupt()
                }
            }
        }
    }

    /// Lets one more line be given of an input that nobody types.
    func giveTurn() {
        turns.signal()
    }

    /// Shows a line with the time before it; an indented one without.
    func show(_ line: String) {
        let text = line.hasPrefix(" ") ? line : "\(Self.clock()) \(coloured(line))"
        state.withLock { state in
            guard state.isTyping else { return Console.show(text) }
            let screen = state.editor.screen(prompt: prompt, columns: Self.columns)
            Console.write("\(LineEditor.clear)\(text)\n\(screen)")
        }
    }

    private func draw() {
        state.withLock { state in
            Console.write(state.editor.screen(prompt: prompt, columns: Self.columns))
        }
    }

    /// What the system says is faint; each person has a colour.
    private func coloured(_ line: String) -> String {
        guard hasColour else { return line }
        if line.hasPrefix("* ") { return "\u{1B}[2m\(line)\u{1B}[0m" }
        guard let end = line.firstIndex(of: ":") else { return line }
        let sum = line[..<end].utf8.reduce(0) { $0 &* 31 &+ Int($1) }
        let colour = 31 + abs(sum % 6)
        return "\u{1B}[1;\(colour)m\(line[..<end])\u{1B}[0m\(line[end...])"
    }

    /// The time of day as the machine's zone has it: `14:03`.
    private static func clock() -> String {
        var now = time(nil)
        var parts = tm()
        guard localtime_r(&now, &parts) != nil else { return "--:--" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min))"
    }

    private static var columns: Int {
        var size = winsize()
        let result = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Keys are told one by one and not shown by the terminal itself; false where that cannot be set.
    private static func setRaw() -> Bool {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return false }
        before.withLock { $0 = settings }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(ICRNL | IXON)
        return tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0
    }

    private static func restore() {
        before.withLock { settings in
            guard var old = settings else { return }
            settings = nil
            tcsetattr(STDIN_FILENO, TCSADRAIN, &old)
            Console.write(LineEditor.clear)
        }
    }
}
