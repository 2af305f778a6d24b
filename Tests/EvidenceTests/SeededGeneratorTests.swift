import Testing

@testable import Evidence

@Suite struct SeededGeneratorTests {
    @Test("it gives the published numbers of xoshiro256** and SplitMix64")
    func publishedNumbers() {
        var generator = SeededGenerator(state: (1, 2, 3, 4))
        let numbers = (0..<6).map { _ in generator.next() }
        #expect(
            numbers == [
                11520, 0, 1_509_978_240, 1_215_971_899_390_074_240,
                1_216_172_134_540_287_360, 607_988_272_756_665_600,
            ]
        )
        var filler = SplitMix64(state: 1_234_567)
        #expect(filler.next() == 6_457_827_717_110_365_317)
        #expect(filler.next() == 3_203_168_211_198_807_973)
        #expect(filler.next() == 9_817_491_932_198_370_423)
    }

    @Test("the same seed and stream give the same numbers, another of either gives others")
    func streams() {
        func numbers(_ generator: SeededGenerator) -> [UInt64] {
            var generator = generator
            return (0..<20).map { _ in generator.next() }
        }
        let first = numbers(SeededGenerator(seed: 7, stream: "fault.1"))
        #expect(first == numbers(SeededGenerator(seed: 7, stream: "fault.1")))
        #expect(first != numbers(SeededGenerator(seed: 7, stream: "fault.2")))
        #expect(first != numbers(SeededGenerator(seed: 8, stream: "fault.1")))
        #expect(numbers(SeededGenerator(seed: 0)) != numbers(SeededGenerator(seed: 1)))
    }

    @Test("a bounded number stays below its bound and is not lopsided", arguments: [1, 2, 3, 10])
    func bounded(bound: Int) {
        var generator = SeededGenerator(seed: 3)
        var counts = Array(repeating: 0, count: bound)
        for _ in 0..<10_000 { counts[generator.below(bound)] += 1 }
        let fair = 10_000 / bound
        #expect(counts.allSatisfy { $0 > fair * 9 / 10 && $0 < fair * 11 / 10 + 1 })
    }

    @Test("a range gives both of its ends, a large one too")
    func ranges() {
        var generator = SeededGenerator(seed: 5)
        let drawn = Set((0..<100).map { _ in generator.within(-1...1) })
        #expect(drawn == [-1, 0, 1])
        #expect(generator.within(4...4) == 4)
        #expect((0...Int.max - 1).contains(generator.within(0...Int.max - 1)))
    }

    @Test("a chance of nothing never happens, a whole one always")
    func chances() {
        var generator = SeededGenerator(seed: 9)
        #expect((0..<100).allSatisfy { _ in !generator.chance(0, in: 3) })
        #expect((0..<100).allSatisfy { _ in generator.chance(3, in: 3) })
        let hits = (0..<9000).count { _ in generator.chance(1, in: 3) }
        #expect(hits > 2800 && hits < 3200)
    }

    @Test("shuffling keeps every element; picking gives each of them, and nil of none")
    func pickAndShuffle() {
        var generator = SeededGenerator(seed: 11)
        let shuffled = generator.shuffled(Array(0..<50))
        #expect(shuffled != Array(0..<50))
        #expect(shuffled.sorted() == Array(0..<50))
        #expect(Set((0..<100).compactMap { _ in generator.pick(["a", "b"]) }) == ["a", "b"])
        #expect(generator.pick([String]()) == nil)
    }
}
