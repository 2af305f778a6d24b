extension History {
    /// How often an operation was asked for, and how its attempts ended.
    ///
    /// Tried again, an operation stays one: it failed only if every attempt certainly failed.
    struct Attempts: Sendable {
        /// How many invocations are known.
        var asked: Int32 = 0
        /// How many attempts certainly failed.
        var failed: Int32 = 0
        /// Whether one ended ok.
        var isOK = false
        /// Whether one ended undecided.
        var isUndecided = false

        /// How the operation ended; an attempt without an end leaves it open.
        var outcome: Outcome {
            if isOK { return .ok }
            return !isUndecided && failed > 0 && failed >= asked ? .failed : .indeterminate
        }

        /// Whether no attempt is left that can have ended so, by those that ended the other way.
        func isExcluded(_ outcome: Outcome) -> Bool {
            switch outcome {
            case .ok: failed > 0 && failed >= asked
            case .failed: isOK && failed + 1 >= asked
            case .indeterminate: false
            }
        }

        /// Takes the end of an attempt in; whether it tells more of the operation than those before.
        mutating func end(_ outcome: Outcome) -> Bool {
            switch outcome {
            case .ok:
                defer { isOK = true }
                return !isOK
            case .failed:
                failed += 1
                return !isOK && !isUndecided
            case .indeterminate:
                isUndecided = true
                return !isOK
            }
        }
    }
}
