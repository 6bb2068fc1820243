#pragma once

#include <string>
#include <vector>

#include "tests/support/wire_client.hpp"

namespace tests {

/// One line of a case file.
struct WireStep {
    enum class Kind {
        client,   // the client sends these messages in one write
        answer,   // these messages come, one after the other
        nothing,  // answer (nothing): no message comes for 200 ms
        closed,   // answer (closed): the server closes the connection
        backend,  // what a fake back end sees: not looked at when a real server answers
    };
    Kind kind;
    int line;  // in the file, from 1
    std::vector<WireLine> messages;
};

/// A conversation as a file (tests/cases/wire): lines `client ...`, `answer ...`, `backend ...`, blank lines
/// and `#` comments. Expected messages name the fields that matter. `...` among the answers stands for any
/// messages up to the next one named. NoticeResponse and ParameterStatus need not be named.
struct WireCase {
    std::string name;
    std::vector<WireStep> steps;

    /// Throws std::runtime_error with file:line: reason.
    [[nodiscard]] static WireCase load(const std::string& path);
};

/// Speaks the case with a server that `client` is logged in to. Empty, or what went otherwise first, with
/// file:line.
[[nodiscard]] std::string difference(const WireCase& wire_case, WireClient& client);

/// All case files of the folder, sorted.
[[nodiscard]] std::vector<std::string> wire_case_files(const std::string& folder);

}  // namespace tests
