import Evidence
import Testing
import Transport

@Suite struct SparingTests {
    @Test("so many of a kind pass in a time; the next one that passes says how many did not")
    func takes() {
        var sparing = Sparing<String>(max: 2, period: .seconds(10))
        func at(_ seconds: Int64) -> Instant { Instant.zero + .seconds(seconds) }
        #expect(sparing.take("refused", now: at(0)) == .passes(after: 0))
        #expect(sparing.take("refused", now: at(1)) == .passes(after: 0))
        #expect(sparing.take("refused", now: at(2)) == .leftOut)
        #expect(sparing.take("refused", now: at(9)) == .leftOut)
        #expect(sparing.take("limit", now: at(9)) == .passes(after: 0))
        #expect(sparing.take("refused", now: at(10)) == .passes(after: 2))
        #expect(sparing.take("refused", now: at(11)) == .passes(after: 0))
        #expect(sparing.take("refused", now: at(12)) == .leftOut)
    }
}
