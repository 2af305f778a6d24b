import Testing

@testable import JournalReading

/// How often what is no record is looked at, without a journal.
@Suite struct SecondGlanceTests {
    /// What is decided about an entry until it is taken as it is.
    private func decisions(
        _ glance: inout SecondGlance,
        _ sequence: UInt64,
        newest: () -> UInt64
    ) -> [SecondGlance.Decision] {
        var all: [SecondGlance.Decision] = []
        while all.last != .isAsItIs, all.count < 100 {
            all.append(glance.what(about: sequence, newest: newest))
        }
        return all
    }

    @Test("of many entries that are no records only the newest is waited for")
    func many() {
        var glance = SecondGlance()
        var asked = 0
        for sequence in UInt64(1)...999 {
            let all = decisions(&glance, sequence) {
                asked += 1
                return 1_000
            }
            #expect(all == (sequence == 1 ? [.again, .isAsItIs] : [.isAsItIs]))
        }
        #expect(asked == 1)
        let all = decisions(&glance, 1_000) { 1_000 }
        #expect(all == [.againLater, .againLater, .againLater, .againLater, .isAsItIs])
    }

    @Test("an entry that was the newest and is not any more is looked at once more, not waited for")
    func overtaken() {
        var glance = SecondGlance()
        #expect(glance.what(about: 7, newest: { 7 }) == .againLater)
        #expect(glance.what(about: 7, newest: { 8 }) == .again)
        #expect(glance.what(about: 7, newest: { 8 }) == .isAsItIs)
        #expect(glance.what(about: 8, newest: { 8 }) == .againLater)
    }
}
