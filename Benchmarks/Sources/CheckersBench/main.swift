import Glibc

do {
    let options = try Options(CommandLine.arguments.dropFirst())
    exit(try Benchmark(options: options).run() ? 0 : 1)
} catch {
    Text.complain("checkers-bench: \(error)")
    exit(70)
}
