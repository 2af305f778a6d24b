import Testing

@testable import JournalReading

@Suite struct HashTests {
    private func sip(_ length: Int) -> UInt64 {
        let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        let bytes = (0..<length).map { UInt8($0) }
        return bytes.withUnsafeBytes { SipHash.hash($0, key: key) }
    }

    @Test("SipHash-2-4 gives the vectors of its paper's reference code")
    func sipHash() {
        #expect(sip(15) == 0xa129_ca61_49be_45e5)
        #expect(sip(0) == 0x726f_db47_dd0e_0e31)
        #expect(sip(8) == 0x93f5_f579_9a93_2462)
    }

    /// Both hashes of a text that lies at an odd address.
    private func atOddAddress(_ bytes: [UInt8]) -> (jenkins: UInt64, sip: UInt64) {
        let space = UnsafeMutableRawBufferPointer.allocate(
            byteCount: bytes.count + 1,
            alignment: 16
        )
        defer { space.deallocate() }
        for (place, byte) in bytes.enumerated() { space[place + 1] = byte }
        let text = UnsafeRawBufferPointer(rebasing: space[1...])
        return (JenkinsHash.hash(text), SipHash.hash(text, key: (1, 2)))
    }

    @Test("a longer text has another hash, and no byte is left out of it", arguments: 1...40)
    func everyByte(length: Int) {
        var bytes = (0..<length).map { UInt8($0 * 37 & 0xff) }
        let whole = atOddAddress(bytes)
        #expect(
            whole == bytes.withUnsafeBytes { (JenkinsHash.hash($0), SipHash.hash($0, key: (1, 2))) }
        )
        var seen: Set<UInt64> = [whole.jenkins, whole.sip]
        for place in bytes.indices {
            bytes[place] ^= 0x80
            let other = atOddAddress(bytes)
            #expect(seen.insert(other.jenkins).inserted && seen.insert(other.sip).inserted)
            bytes[place] ^= 0x80
        }
    }

    @Test("lookup3 gives the values of its author's self-test")
    func jenkins() {
        let hash = Array("Four score and seven years ago".utf8).withUnsafeBytes {
            JenkinsHash.hash($0)
        }
        #expect(hash == 0x1777_0551_ce72_26e6)
        #expect([UInt8]().withUnsafeBytes { JenkinsHash.hash($0) } == 0xdead_beef_dead_beef)
    }
}
