/// Texts, each kept once, known by a number: what makes a record a few words long.
///
/// The empty text is number 0. Two texts have the same number exactly when they are equal as Swift's
/// `String` has it. Adding one takes a step for each eight bytes; a text costs its bytes and some 20 more.
package struct TextPool: Sendable {
    /// How many texts there can be.
    package static let countMax = 1 << 31

    private var bytes: [UInt8] = []
    /// Where each text ends in `bytes`; it begins where the one before it ends.
    private var ends: [Int] = []
    /// An open hash table of numbers, one more than each; 0 is a free place.
    private var places: [UInt32]
    /// Texts with other than ASCII characters: these may be equal with different bytes.
    private var others: [String: UInt32] = [:]

    /// Makes a pool that holds the empty text.
    package init() {
        places = [UInt32](repeating: 0, count: 64)
        _ = add(String())
    }

    /// How many texts there are.
    package var count: Int { ends.count }

    /// The number of a text, which is added where it is new.
    package mutating func add(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { add($0, isASCII: Self.isASCII(UnsafeRawBufferPointer($0))) }
    }

    /// The number of a text by its bytes; what is no UTF-8 in it is repaired.
    package mutating func add(_ text: UnsafeRawBufferPointer) -> UInt32 {
        guard !Self.isASCII(text) else {
            return add(text.assumingMemoryBound(to: UInt8.self), isASCII: true)
        }
        return add(String(decoding: text, as: UTF8.self))
    }

    /// The number of a text that is there, or nil.
    package func find(_ text: String) -> UInt32? {
        var text = text
        return text.withUTF8 { text in
            guard Self.isASCII(UnsafeRawBufferPointer(text)) else {
                return others[String(decoding: text, as: UTF8.self)]
            }
            let found = places[place(of: UnsafeRawBufferPointer(text))]
            return found == 0 ? nil : found - 1
        }
    }

    /// The text of a number.
    package subscript(number: UInt32) -> String {
        withBytes(of: number) { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls with the bytes of a text.
    package func withBytes<Result>(
        of number: UInt32,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(of: number)])) }
    }

    /// Adds all texts of another pool: for each of its numbers the one here.
    package mutating func add(all other: TextPool) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(other.count)
        other.bytes.withUnsafeBytes { bytes in
            var start = 0
            for end in other.ends {
                result.append(add(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
                start = end
            }
        }
        return result
    }

    private func range(of number: UInt32) -> Range<Int> {
        (number == 0 ? 0 : ends[Int(number) - 1])..<ends[Int(number)]
    }

    private mutating func add(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> UInt32 {
        if !isASCII {
            let string = String(decoding: text, as: UTF8.self)
            if let known = others[string] { return known }
            others[string] = UInt32(ends.count)
            return append(text)
        }
        let place = place(of: UnsafeRawBufferPointer(text))
        if places[place] != 0 { return places[place] - 1 }
        let number = append(text)
        places[place] = number + 1
        if 2 * ends.count > places.count { grow() }
        return number
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        precondition(ends.count < Self.countMax, "a pool holds at most \(Self.countMax) texts")
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        return UInt32(ends.count - 1)
    }

    /// Where a text is in the table, or the free place for it.
    private func place(of text: UnsafeRawBufferPointer) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: Self.hash(text)) & mask
        // It ends, for half of the places are free.
        while places[place] != 0, !isEqual(places[place] - 1, text) {
            place = (place + 1) & mask
        }
        return place
    }

    private func isEqual(_ number: UInt32, _ text: UnsafeRawBufferPointer) -> Bool {
        let range = range(of: number)
        guard range.count == text.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 8 <= text.count {
                let left = bytes.loadUnaligned(
                    fromByteOffset: range.lowerBound + offset,
                    as: UInt64.self
                )
                let right = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                if left != right { return false }
                offset += 8
            }
            while offset < text.count {
                if bytes[range.lowerBound + offset] != text[offset] { return false }
                offset += 1
            }
            return true
        }
    }

    private mutating func grow() {
        let numbers = places
        places = [UInt32](repeating: 0, count: 2 * numbers.count)
        let mask = places.count - 1
        for number in numbers where number != 0 {
            let hash = withBytes(of: number - 1) { Self.hash($0) }
            var place = Int(truncatingIfNeeded: hash) & mask
            while places[place] != 0 { place = (place + 1) & mask }
            places[place] = number
        }
    }

    private static func isASCII(_ text: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { return false }
            offset += 8
        }
        while offset < text.count {
            if text[offset] >= 0x80 { return false }
            offset += 1
        }
        return true
    }

    /// Eight bytes at a time, each mixed by a full multiplication.
    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var hash = 0x9e37_79b9_7f4a_7c15 ^ UInt64(text.count)
        var offset = 0
        func mix(_ word: UInt64) {
            let (high, low) = (hash ^ word).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
            hash = high ^ low
        }
        while offset + 8 <= text.count {
            mix(text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var last: UInt64 = 0
        while offset < text.count {
            last = last << 8 | UInt64(text[offset])
            offset += 1
        }
        mix(last)
        mix(hash >> 32)
        return hash
    }
}
