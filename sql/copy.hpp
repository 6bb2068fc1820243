#pragma once

#include <optional>
#include <string>

namespace sql {

enum class CopyFormat { text, csv, binary };

/// COPY: which way rows go, and how they are written. Defaults are PostgreSQL's for the format.
struct CopyUse {
    bool from = false;
    bool through_server = false;  // a file or program of the server instead of the client
    CopyFormat format = CopyFormat::text;
    char delimiter = '\t';
    std::string null = "\\N";
    char quote = '"';
    char escape = '"';
    bool header = false;
    std::optional<std::string> encoding;

    bool operator==(const CopyUse&) const = default;
};

}  // namespace sql
