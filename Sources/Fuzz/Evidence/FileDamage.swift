import Evidence

/// Something that happens to journal files.
struct FileDamage {
    private(set) var files: [(name: String, bytes: [UInt8])]
    private var random: SeededGenerator

    /// Damages copies of files, of which there are two or more.
    init(files: [(name: String, bytes: [UInt8])], random: SeededGenerator) {
        self.files = files
        self.random = random
    }

    /// Does one thing to them, or several; says what.
    mutating func make() -> String {
        let place = random.below(files.count)
        let name = files[place].name
        let used = (files[place].bytes.lastIndex { $0 != 0 } ?? 0) + 1
        switch random.below(8) {
        case 0:
            let length = random.below(used)
            files[place].bytes.removeLast(files[place].bytes.count - length)
            return "\(name) cut to \(length) bytes"
        case 1:
            files.remove(at: place)
            return "\(name) removed"
        case 2:
            let copy = "copy\(files[place].name)"
            files.append((copy, files[place].bytes))
            return "\(name) there twice"
        case 3:
            let names = random.shuffled(files.map(\.name))
            for (place, name) in names.enumerated() { files[place].name = name }
            return "files with each other's names"
        case 4:
            let from = random.below(used)
            let to = min(used, from + 1 + random.below(20_000))
            for byte in from..<to { files[place].bytes[byte] = 0 }
            return "\(name) zero from \(from) to \(to)"
        case 5:
            let from = random.below(used)
            let to = min(used, from + 1 + random.below(4_000))
            for byte in from..<to { files[place].bytes[byte] = UInt8(random.below(256)) }
            return "\(name) random from \(from) to \(to)"
        default:
            let flips = (0..<(1 + random.below(8))).map { _ in random.below(used) }
            for flip in flips { files[place].bytes[flip] ^= 1 << UInt8(random.below(8)) }
            return "\(name) with flipped bits at \(flips)"
        }
    }
}
