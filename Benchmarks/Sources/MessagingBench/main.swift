import Glibc

do {
    let options = try Options(CommandLine.arguments.dropFirst())
    exit(try Benchmark(options).run() ? 0 : 1)
} catch {
    Output.complain("messaging-bench: \(error)")
    exit(70)
}
