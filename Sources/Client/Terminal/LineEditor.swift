/// A line that is being typed at a terminal, as a value: keys in, what they came to out.
///
/// It knows the usual keys: arrows, Home, End, Delete, Backspace, and Control with A, C, D, E, K, U, W.
struct LineEditor: Sendable {
    /// What a key came to.
    enum Outcome: Sendable, Equatable {
        /// A line is typed.
        case line(String)
        /// Nothing more will be typed: Control-D on an empty line.
        case end
        /// Control-C.
        case interrupt
    }

    /// What is typed.
    private(set) var text: [Character] = []
    /// Before which character the next one goes.
    private(set) var cursor = 0

    /// Lines that were typed before, the oldest first.
    private var history: [[Character]] = []
    /// Which of them is shown; nil: a new line.
    private var shown: Int?
    /// The bytes of a character or of a key's sequence that is not whole.
    private var partial: [UInt8] = []

    private static let historyMax = 200
    private static let charactersMax = 4000

    /// Takes what the terminal sent.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Outcome] {
        bytes.compactMap { take($0) }
    }

    /// The prompt and the text on one line of so many columns, the cursor where it belongs; it replaces
    /// whatever the terminal's line holds.
    func screen(prompt: String, columns: Int) -> String {
        let room = max(8, columns - prompt.count - 1)
        let start = max(0, cursor - room)
        let visible = text[start...].prefix(room)
        let back = visible.count - (cursor - start)
        return Self.clear + prompt + String(visible) + (back > 0 ? "\u{1B}[\(back)D" : "")
    }

    /// Empties the terminal's line.
    static let clear = "\r\u{1B}[K"

    private mutating func take(_ byte: UInt8) -> Outcome? {
        if partial.first == 0x1B {
            partial.append(byte)
            takeSequence()
            return nil
        }
        if byte >= 0x80 {
            takeUTF8(byte)
            return nil
        }
        partial = []
        switch byte {
        case 0x0A, 0x0D: return enter()
        case 0x03: return .interrupt
        case 0x04:
            if text.isEmpty { return .end }
            delete()
        case 0x01: cursor = 0
        case 0x05: cursor = text.count
        case 0x08, 0x7F: rubOut()
        case 0x0B: text.removeSubrange(cursor...)
        case 0x15:
            text.removeSubrange(..<cursor)
            cursor = 0
        case 0x17: rubOutWord()
        case 0x1B: partial = [byte]
        case 0x20...0x7E: insert(Character(Unicode.Scalar(byte)))
        default: break
        }
        return nil
    }

    private mutating func enter() -> Outcome {
        let line = text
        if !line.isEmpty, line != history.last { history.append(line) }
        if history.count > Self.historyMax { history.removeFirst() }
        (text, cursor, shown) = ([], 0, nil)
        return .line(String(line))
    }

    private mutating func insert(_ character: Character) {
        guard text.count < Self.charactersMax else { return }
        // A mark may join the character before it.
        let before = cursor > 0 ? String(text[cursor - 1]) : ""
        let joined = before + String(character)
        if !before.isEmpty, joined.count == 1, let one = joined.first {
            text[cursor - 1] = one
        } else {
            text.insert(character, at: cursor)
            cursor += 1
        }
    }

    private mutating func takeUTF8(_ byte: UInt8) {
        if byte & 0xC0 != 0x80 { partial = [] }
        partial.append(byte)
        if let valid = String(validating: partial, as: UTF8.self) {
            partial = []
            for character in valid { insert(character) }
        } else if partial.count >= 4 {
            partial = []
        }
    }

    private mutating func rubOut() {
        guard cursor > 0 else { return }
        cursor -= 1
        text.remove(at: cursor)
    }

    private mutating func delete() {
        if cursor < text.count { text.remove(at: cursor) }
    }

    private mutating func rubOutWord() {
        while cursor > 0, text[cursor - 1] == " " { rubOut() }
        while cursor > 0, text[cursor - 1] != " " { rubOut() }
    }

    /// `ESC [ … letter` or `ESC O letter`; one that is unknown is passed over.
    private mutating func takeSequence() {
        guard partial.count > 1 else { return }
        guard partial[1] == UInt8(ascii: "[") || partial[1] == UInt8(ascii: "O") else {
            partial = []
            return
        }
        guard partial.count > 2, let last = partial.last, (0x40...0x7E).contains(last) else {
            if partial.count > 8 { partial = [] }
            return
        }
        let sequence = String(decoding: partial.dropFirst(2), as: UTF8.self)
        partial = []
        switch sequence {
        case "A": recall(-1)
        case "B": recall(1)
        case "C": cursor = min(text.count, cursor + 1)
        case "D": cursor = max(0, cursor - 1)
        case "H", "1~": cursor = 0
        case "F", "4~": cursor = text.count
        case "3~": delete()
        default: break
        }
    }

    private mutating func recall(_ step: Int) {
        let place = (shown ?? history.count) + step
        guard place >= 0, place <= history.count else { return }
        shown = place == history.count ? nil : place
        text = shown.map { history[$0] } ?? []
        cursor = text.count
    }
}
