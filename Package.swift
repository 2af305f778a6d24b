// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is held to the same rules: Swift 6 mode, explicit imports, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "ordeal",
    products: [
        .executable(name: "ordeal", targets: ["Orchestrator"]),
        .executable(name: "ordeal-node", targets: ["Node"]),
        .executable(name: "ordeal-client", targets: ["Client"]),
        .executable(name: "ordeal-fuzz", targets: ["Fuzz"]),
        .library(name: "Evidence", targets: ["Evidence"]),
        .library(name: "Checkers", targets: ["Checkers"]),
        .library(name: "Messaging", targets: ["Messaging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // What Swift cannot call by itself. No logic.
        .systemLibrary(
            name: "CSystemd",
            pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"])]
        ),
        .target(name: "CLinux"),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),

        // Pure: no clock, socket, file, environment or random source.
        library("Evidence", [collections]),
        library("Messaging", ["Evidence", collections]),
        library("Checkers", ["Evidence", collections]),
        library("Simulator", ["Messaging", "Evidence", "Checkers"]),

        // Shells.
        library("Transport", ["Messaging", "Evidence", nioCore, nioPosix]),
        library("Store", ["Messaging", "Transport", grdb]),
        library("Secrets", ["CCrypt", "Messaging", "Transport"]),
        library("Planning", [yams]),
        library("Journal", ["CLinux", "Evidence"]),
        library("JournalReading", ["CSystemd", "Evidence"]),
        library("Supervision", ["CLinux", "Planning", "Journal", "Evidence"]),
        library(
            "Chaos",
            ["Planning", "Supervision", "Journal", "JournalReading", "Evidence", nioCore, nioPosix]
        ),
        library("Report", ["Checkers", "Evidence"]),

        library("Arguments", ["Transport", "Messaging", argumentParser]),

        // Programs: arguments, wiring of a shell, exit code.
        program(
            "Node",
            [
                "Messaging", "Transport", "Store", "Secrets", "Journal", "Evidence", "Arguments",
                argumentParser,
            ]
        ),
        program(
            "Client",
            ["Messaging", "Transport", "Journal", "Evidence", "Arguments", argumentParser]
        ),
        program(
            "Orchestrator",
            [
                "Planning", "Supervision", "Chaos", "Journal", "JournalReading", "Evidence",
                "Checkers", "Report", "Messaging", "Simulator", "Arguments", argumentParser,
            ]
        ),

        // Looks for input that harms; for the project itself.
        program(
            "Fuzz",
            [
                "Messaging", "Transport", "Journal", "JournalReading", "Evidence", "Checkers",
                "Arguments", argumentParser,
            ]
        ),

        tests("EvidenceTests", ["Evidence"]),
        tests("MessagingTests", ["Messaging", "Evidence"]),
        tests(
            "TransportTests",
            ["Transport", "Store", "Secrets", "Messaging", "Evidence", nioCore, nioPosix]
        ),
        tests("StoreTests", ["Store", "Secrets", "Messaging", "Transport"]),
        tests("CheckersTests", ["Checkers", "Evidence"]),
        tests("PlanningTests", ["Planning"]),
        tests("JournalTests", ["Journal", "JournalReading", "Evidence"]),
        tests("JournalReadingTests", ["JournalReading", "Journal", "Evidence"]),
        tests(
            "SupervisionTests",
            ["Supervision", "Journal", "Evidence", "Planning", "Orchestrator"]
        ),
        tests("ChaosTests", ["Chaos", "Planning", "Evidence", nioCore, nioPosix]),
        tests("SimulationTests", ["Simulator", "Messaging", "Evidence", "Checkers"]),
        tests("ReportTests", ["Report", "Checkers", "Evidence"]),
        tests(
            "IntegrationTests",
            [
                "Orchestrator", "Node", "Client", "JournalReading", "Evidence", "Planning",
                "Messaging", "Transport",
            ]
        ),
        tests("ClientTests", ["Client", "Messaging", "Evidence"]),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["Fuzz", "Checkers", "Evidence", "JournalReading"],
            exclude: ["Corpus"],
            swiftSettings: strict
        ),
        tests("TidyTests", ["Planning", "Checkers"]),
    ]
)
