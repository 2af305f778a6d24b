import Glibc

/// Reads a plan from YAML, checks all of it and fills in every default.
///
///     let plan = try PlanLoader.load(path: "Plans/quickstart.yaml", seed: 7)
public enum PlanLoader {
    /// Reads the plan in a file.
    ///
    /// - Parameters:
    ///   - path: The file; at most 1 MiB.
    ///   - seed: Takes the place of the plan's own seed. The default is the plan's.
    /// - Throws: Every mistake at once; a file that cannot be read is one too.
    public static func load(path: String, seed: UInt64? = nil) throws(PlanErrors) -> Plan {
        let bytes: [UInt8]
        do {
            bytes = try read(path)
        } catch {
            throw PlanErrors([
                PlanError(file: path, line: 1, column: 1, what: error.what, remedy: error.remedy)
            ])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PlanErrors([invalidUTF8(in: bytes, file: path)])
        }
        return try load(text: text, file: path, seed: seed)
    }

    /// Reads the plan in a text.
    ///
    /// - Parameters:
    ///   - text: The plan as YAML.
    ///   - file: What the errors call the text.
    ///   - seed: Takes the place of the plan's own seed. The default is the plan's.
    /// - Throws: Every mistake at once.
    public static func load(
        text: String,
        file: String,
        seed: UInt64? = nil
    ) throws(PlanErrors) -> Plan {
        let problems = Problems(file: file)
        let root = YAMLTree.root(of: text, problems: problems)
        var plan = root.flatMap { PlanReader(problems: problems).plan($0) }
        try problems.throwIfAny()
        if let seed { plan?.seed = seed }
        guard let plan else {
            preconditionFailure("a plan that cannot be read must have a problem")
        }
        return plan
    }

    private static func read(_ path: String) throws(Quantity.Failure) -> [UInt8] {
        guard let file = fopen(path, "rbe") else { throw failure(errno) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: YAMLTree.bytesMax + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        if ferror(file) != 0 { throw failure(errno) }
        return Array(bytes.prefix(count))
    }

    private static func failure(_ code: Int32) -> Quantity.Failure {
        let remedy =
            switch code {
            case ENOENT: "check the name; plans usually lie in Plans/"
            case EACCES: "make the file readable for this user"
            case EISDIR: "name a file in that folder"
            default: "name a plan that can be read"
            }
        return Quantity.Failure(
            what: "the file cannot be read: \(String(cString: strerror(code)))",
            remedy: remedy
        )
    }

    private static func invalidUTF8(in bytes: [UInt8], file: String) -> PlanError {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var line = 1
        var column = 1
        while case .scalarValue(let scalar) = decoder.decode(&rest) {
            column = scalar == "\n" ? 1 : column + 1
            if scalar == "\n" { line += 1 }
        }
        return PlanError(
            file: file,
            line: line,
            column: column,
            what: "the file is no UTF-8 text",
            remedy: "save it as UTF-8, or name the file of a plan"
        )
    }
}
