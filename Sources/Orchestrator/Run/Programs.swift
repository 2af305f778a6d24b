import Foundation

/// Where the programs of this build are.
enum Programs {
    /// The folder of the running `ordeal`, in which `ordeal-node` and `ordeal-client` are, too.
    ///
    /// - Throws: `OperatingError` where they are not beside it.
    static func folder() throws -> String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let folder = own.deletingLastPathComponent().path
        for name in ["ordeal-node", "ordeal-client"] {
            guard FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") else {
                throw OperatingError(
                    what: "the program \(name) is not beside \(own.path)",
                    remedy: "build all of Ordeal: swift build -c release --static-swift-stdlib"
                )
            }
        }
        return folder
    }
}
