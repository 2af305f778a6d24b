import Testing

@testable import Supervision

@Suite("Lines of output") struct LineSplitterTests {
    @Test("bytes in any pieces give the same lines", arguments: 1...7)
    func piecesGiveSameLines(size: Int) {
        let bytes = Array("one\n\ntwo é\r\nthree".utf8)
        var splitter = LineSplitter()
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.add(bytes[start..<min(bytes.count, start + size)])
        }
        #expect(lines == ["one", "", "two é\r"])
        #expect(splitter.finish() == "three")
        #expect(splitter.finish() == nil)
    }

    @Test("a line longer than the limit comes in pieces, none lost")
    func longLineIsSplit() {
        var splitter = LineSplitter()
        let max = LineSplitter.lineBytesMax
        var lines = splitter.add(Array(repeating: UInt8(ascii: "x"), count: 2 * max + 5))
        #expect(lines.map(\.utf8.count) == [max, max])
        lines = splitter.add([UInt8(ascii: "\n")])
        #expect(lines.map(\.utf8.count) == [5])
    }

    @Test("a line of exactly the limit is one line")
    func exactLineIsOne() {
        var splitter = LineSplitter()
        let max = LineSplitter.lineBytesMax
        let line = Array(repeating: UInt8(ascii: "x"), count: max) + [UInt8(ascii: "\n")]
        #expect(splitter.add(line).map(\.utf8.count) == [max])
        #expect(splitter.finish() == nil)
    }

    @Test("what is no UTF-8 is repaired")
    func repairs() {
        var splitter = LineSplitter()
        #expect(splitter.add([0xFF, 0x41, 0x0A]) == ["\u{FFFD}A"])
    }

    @Test("a notification is lines of KEY=value; what is unknown is passed over")
    func notifications() {
        let notification = Notification("X=1\nSTATUS=a b=c\nREADY=1\n".utf8)
        #expect(notification == Notification(isReady: true, status: "a b=c"))
        #expect(Notification("READY=10\nREADY".utf8) == Notification())
    }
}
