#pragma once

#include <string>
#include <utility>

#include "sql/errors.hpp"

namespace sql::edits {

/// `location` is that of a raw node in the client's text; -1: none.
[[nodiscard]] inline Error error_at(Errc code, std::string message, std::string hint, int location) {
    Error error{.code = code, .message = std::move(message), .hint = std::move(hint)};
    if (location >= 0) error.offset = static_cast<std::size_t>(location);
    return error;
}

[[nodiscard]] inline Error unsupported(std::string message, std::string hint, int location = -1) {
    return error_at(Errc::unsupported, std::move(message), std::move(hint), location);
}

/// `what` shows people whom nothing could carry to be counted.
[[nodiscard]] inline Error not_countable(const std::string& what, std::string hint, int location = -1) {
    return error_at(Errc::not_countable, "the people that " + what + " would show cannot be counted",
                    std::move(hint), location);
}

/// A row that nobody fits may describe more people than the miss that it costs (absent_people.hpp).
[[nodiscard]] inline Error tells_too_much_of_nobody(int location) {
    return error_at(
        Errc::not_countable,
        "a row that nobody fits would tell of people who cannot be counted, by this comparison",
        "Compare with = what is of their rows and what is not, show all rows with whoever fits, or "
        "name the person.",
        location);
}

/// Each level that reads another one twice doubles what must be carried of those below.
[[nodiscard]] inline Error too_many_keys() {
    return {
        .code = Errc::too_large,
        .message = "these rows tell of people by too many ways",
        .hint = "Read a query of WITH once, and ask sub-queries about tables rather than about each other."};
}

/// Why a target list of our own making is none.
[[nodiscard]] inline Error not_made(const Error& error) {
    if (error.code == Errc::too_deep || error.code == Errc::too_large) return too_many_keys();
    return {.code = Errc::verify_failed, .message = "Tabir made a target list that is none"};
}

[[nodiscard]] inline Error not_aggregated(std::string message, std::string hint, int location) {
    return error_at(Errc::not_aggregated, std::move(message), std::move(hint), location);
}

}  // namespace sql::edits
