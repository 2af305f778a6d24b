import Testing

@testable import Client

@Suite struct LineEditorTests {
    private func typed(_ keys: String) -> (outcomes: [LineEditor.Outcome], rest: String) {
        var editor = LineEditor()
        let outcomes = editor.take(keys.utf8)
        return (outcomes, String(editor.text))
    }

    @Test(
        "keys edit the line",
        arguments: [
            ("hello\r", "hello"), ("hellp\u{7F}o\n", "hello"), ("ello\u{01}h\r", "hello"),
            ("hxello\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{7F}\r", "hello"),
            ("no\u{15}hello\r", "hello"),
            ("hello world\u{17}\u{7F}\r", "hello"), ("hello!\u{1B}[D\u{1B}[3~\r", "hello"),
            ("hellono\u{1B}OD\u{1B}OD\u{0B}\r", "hello"),
            ("\u{1B}[F\u{1B}[Hhello\u{1B}[99~\r", "hello"),
            ("héllo 😀\r", "héllo 😀"), ("he\u{301}x\u{7F}\u{7F}e\r", "he"),
            ("\u{1B}xhello\r", "hello"),
        ]
    )
    func editing(keys: String, line: String) {
        #expect(typed(keys).outcomes == [.line(line)])
        #expect(typed(keys).rest.isEmpty)
    }

    @Test("a character may come in parts, and what is none is passed over")
    func parts() {
        var editor = LineEditor()
        #expect(editor.take([0xC3]).isEmpty)
        #expect(editor.take([0xA9, 0xFF, 0x80, 0x61, 0x0D]) == [.line("éa")])
    }

    @Test("Control-D ends an empty line only; Control-C interrupts")
    func ends() {
        #expect(typed("\u{04}").outcomes == [.end])
        #expect(typed("a\u{04}").outcomes.isEmpty)
        #expect(typed("a\u{03}").outcomes == [.interrupt])
    }

    @Test("earlier lines come back with the arrows")
    func history() {
        #expect(typed("one\rtwo\r\u{1B}[A\u{1B}[A").rest == "one")
        #expect(typed("one\rtwo\r\u{1B}[A\u{1B}[A\u{1B}[B").rest == "two")
        #expect(typed("one\r\u{1B}[A\u{1B}[B").rest.isEmpty)
        #expect(typed("one\r\u{1B}[A\u{1B}[A\u{1B}[A").rest == "one")
    }

    @Test("a long line shows the part around the cursor, and fits")
    func screen() {
        var editor = LineEditor()
        _ = editor.take(String(repeating: "a", count: 100).utf8)
        #expect(editor.screen(prompt: "ann> ", columns: 40).count == LineEditor.clear.count + 39)
        _ = editor.take("\u{01}".utf8)
        #expect(editor.screen(prompt: "> ", columns: 20).hasSuffix("a\u{1B}[17D"))
    }
}
