#include "gateway/cli/check_wall.hpp"

#include <algorithm>
#include <string>

namespace gateway::cli {
namespace {

// Names may hold line feeds: a comment must not end before it is over.
std::string on_one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return text;
}

}  // namespace

int print_walls(const std::vector<enforcement::WallReport>& reports, std::ostream& out, std::ostream& err) {
    int code = 0;
    for (const enforcement::WallReport& report : reports) {
        if (!report.error.empty()) {
            err << "database '" << report.database << "' cannot be read: " << report.error << '\n';
            code = 2;
            continue;
        }
        out << "-- database " << on_one_line(report.database) << ", user " << on_one_line(report.user)
            << " (policy roles: " << on_one_line(report.roles) << ")\n";
        if (report.findings.empty()) out << "-- nothing to do\n";
        for (const enforcement::WallFinding& finding : report.findings) {
            out << (finding.advice ? "-- advice: " : "-- ") << on_one_line(finding.what) << '\n';
            if (!finding.fix.empty())
                out << (finding.advice ? "--   " + on_one_line(finding.fix) : finding.fix) << '\n';
            if (!finding.advice && code == 0) code = 1;
        }
    }
    return code;
}

}  // namespace gateway::cli
