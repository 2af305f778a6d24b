import Testing

@testable import Messaging

@Suite struct LineFramerTests {
    private func lines(_ segments: [String], lineBytesMax: Int = 100) -> [String] {
        var framer = LineFramer(lineBytesMax: lineBytesMax)
        var lines: [String] = []
        for segment in segments {
            framer.append(Array(segment.utf8))
            while let line = framer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        if let rest = framer.finish() {
            lines.append("rest:" + String(decoding: rest, as: UTF8.self))
        }
        return lines
    }

    @Test(
        "lines end at line feed, carriage return, or both",
        arguments: [
            (["a\nb\n"], ["a", "b"]), (["a\r\nb\r\n"], ["a", "b"]), (["a\rb\r"], ["a", "b"]),
            (["a\r", "\nb\n"], ["a", "b"]), (["a\r", "b\n"], ["a", "b"]),
            (["\n\r\n\r\r"], ["", "", "", ""]), (["a\n\r"], ["a", ""]),
            (["a", "b", "c\nd", "\n"], ["abc", "d"]), (["ab\ncd"], ["ab", "rest:cd"]), ([""], []),
        ]
    )
    func ends(segments: [String], expected: [String]) {
        #expect(lines(segments) == expected)
    }

    @Test("any split of a stream gives the same lines")
    func anySplit() {
        let text = Array("one\r\ntwo\n\r\nthree\rfour\n".utf8)
        for first in 0...text.count {
            for second in first...text.count {
                let parts = [text[..<first], text[first..<second], text[second...]]
                let segments = parts.map { String(decoding: $0, as: UTF8.self) }
                #expect(lines(segments) == ["one", "two", "", "three", "four"])
            }
        }
    }

    @Test("a line at the limit passes; a longer one stops the framer after the lines before it")
    func limit() {
        var framer = LineFramer(lineBytesMax: 4)
        framer.append(Array("abcd\r\nabcde".utf8))
        #expect(framer.next() == Array("abcd".utf8))
        #expect(framer.next() == nil)
        #expect(framer.isTooLong)
        framer.append(Array("\nx\n".utf8))
        #expect(framer.next() == nil)
        #expect(framer.finish() == nil)
    }

    @Test("a long stream in small pieces is cut right and leaves nothing behind")
    func longStream() {
        var framer = LineFramer()
        var count = 0
        for index in 0..<20_000 {
            framer.append(Array("line \(index)\nline".utf8))
            framer.append(Array(" again\n".utf8))
            while framer.next() != nil { count += 1 }
        }
        #expect(count == 40_000)
        #expect(framer.pendingBytes == 0)
    }

    @Test("a line that is too long can be given up; what follows comes out", arguments: 1...13)
    func skips(pieces: Int) {
        var framer = LineFramer(lineBytesMax: 4)
        var out: [String] = []
        let bytes = Array("ab\n123456789\r\n\ncd\n12345\nef\n123456".utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            framer.append(bytes[start..<min(start + pieces, bytes.count)])
            while true {
                while let line = framer.next() { out.append(String(decoding: line, as: UTF8.self)) }
                guard framer.isTooLong else { break }
                framer.skipLine()
                out.append("too long")
            }
        }
        #expect(out == ["ab", "too long", "", "cd", "too long", "ef", "too long"])
        #expect(framer.finish() == nil)
        #expect(framer.pendingBytes <= pieces)
    }
}
