/// Bob Jenkins's lookup3 hash in its 64-bit form: what seals the entries of journal files.
///
/// Source: Jenkins, "lookup3.c" (2006, public domain), function hashlittle2 with both seeds 0.
struct JenkinsHash {
    private var a: UInt32
    private var b: UInt32
    private var c: UInt32

    /// The hash of `bytes`.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = JenkinsHash(length: bytes.count)
        var offset = 0
        while bytes.count - offset > 12 {
            state.a = state.a &+ bytes.word32(offset)
            state.b = state.b &+ bytes.word32(offset + 4)
            state.c = state.c &+ bytes.word32(offset + 8)
            state.mix()
            offset += 12
        }
        guard offset < bytes.count else { return state.value }
        state.a = state.a &+ word(bytes, offset)
        state.b = state.b &+ word(bytes, offset + 4)
        state.c = state.c &+ word(bytes, offset + 8)
        state.finish()
        return state.value
    }

    /// The number at an offset, with zeros for what is behind the end.
    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        if offset + 4 <= bytes.count { return bytes.word32(offset) }
        var word: UInt32 = 0
        var place = bytes.count - 1
        while place >= offset {
            word = word << 8 | UInt32(bytes[place])
            place -= 1
        }
        return word
    }

    private init(length: Int) {
        a = 0xdead_beef &+ UInt32(truncatingIfNeeded: length)
        b = a
        c = a
    }

    private var value: UInt64 { UInt64(c) << 32 | UInt64(b) }

    private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word << bits | word >> (32 - bits)
    }

    private mutating func mix() {
        a = (a &- c) ^ Self.turn(c, 4)
        c = c &+ b
        b = (b &- a) ^ Self.turn(a, 6)
        a = a &+ c
        c = (c &- b) ^ Self.turn(b, 8)
        b = b &+ a
        a = (a &- c) ^ Self.turn(c, 16)
        c = c &+ b
        b = (b &- a) ^ Self.turn(a, 19)
        a = a &+ c
        c = (c &- b) ^ Self.turn(b, 4)
        b = b &+ a
    }

    private mutating func finish() {
        c = (c ^ b) &- Self.turn(b, 14)
        a = (a ^ c) &- Self.turn(c, 11)
        b = (b ^ a) &- Self.turn(a, 25)
        c = (c ^ b) &- Self.turn(b, 16)
        a = (a ^ c) &- Self.turn(c, 4)
        b = (b ^ a) &- Self.turn(a, 14)
        c = (c ^ b) &- Self.turn(b, 24)
    }
}
