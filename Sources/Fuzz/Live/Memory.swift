import Foundation

/// What a process costs.
enum Memory {
    /// Its proportional set size in bytes (`/proc/PID/smaps_rollup`); 0 where there is no such process.
    static func of(_ pid: Int32) -> Int {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/smaps_rollup") else {
            return 0
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        let pss = lines.first { $0.hasPrefix("Pss:") }?.split(separator: " ").dropFirst().first
        return (pss.flatMap { Int($0) } ?? 0) << 10
    }
}
