/// SipHash-2-4 with a 128-bit key: the hash of data objects in journal files.
///
/// Source: Aumasson, Bernstein, "SipHash: a fast short-input PRF" (2012).
struct SipHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    /// The hash of `bytes` under a key of 16 bytes.
    static func hash(_ bytes: UnsafeRawBufferPointer, key: (UInt64, UInt64)) -> UInt64 {
        var state = SipHash(key)
        let whole = bytes.count & ~7
        var offset = 0
        while offset < whole {
            state.add(bytes.word64(offset))
            offset += 8
        }
        var last = UInt64(bytes.count & 0xff) << 56
        if bytes.count > 8 {
            // The last eight bytes, of which those that were added are shifted out.
            let rest = UInt64(bytes.count - whole)
            if rest > 0 { last |= bytes.word64(bytes.count - 8) >> (64 - 8 * rest) }
        } else {
            for place in whole..<bytes.count {
                last |= UInt64(bytes[place]) << (8 * UInt64(place - whole))
            }
        }
        state.add(last)
        return state.end()
    }

    private init(_ key: (UInt64, UInt64)) {
        v0 = 0x736f_6d65_7073_6575 ^ key.0
        v1 = 0x646f_7261_6e64_6f6d ^ key.1
        v2 = 0x6c79_6765_6e65_7261 ^ key.0
        v3 = 0x7465_6462_7974_6573 ^ key.1
    }

    private mutating func add(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func end() -> UInt64 {
        v2 ^= 0xff
        for _ in 0..<4 {
            round()
        }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 = v0 &+ v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 = v0 &+ v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 = v2 &+ v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian 64-bit number at an offset.
    func word64(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The little-endian 32-bit number at an offset.
    func word32(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
