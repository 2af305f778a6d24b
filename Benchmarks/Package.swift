// swift-tools-version: 6.2
import PackageDescription

/// What is measured are processes, so this package needs nothing of the project's but its programs.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "benchmarks",
    targets: [
        // What Swift cannot call by itself. No logic.
        .target(name: "CMachine"),
        .executableTarget(
            name: "MessagingBench",
            dependencies: ["CMachine"],
            swiftSettings: strict
        ),
        .executableTarget(name: "CheckersBench", swiftSettings: strict),
    ]
)
