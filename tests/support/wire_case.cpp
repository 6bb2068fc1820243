#include "tests/support/wire_case.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tests {

namespace {

constexpr std::string_view blanks = " \t\r";

WireStep step_of(const std::string& text, int line) {
    const auto word_end = std::min(text.find_first_of(blanks), text.size());
    const auto word = text.substr(0, word_end);
    const auto rest_at = std::min(text.find_first_not_of(blanks, word_end), text.size());
    const auto rest = text.substr(rest_at);
    using Kind = WireStep::Kind;
    if (word == "client") return {Kind::client, line, wire_lines(rest)};
    if (word == "backend")
        return {Kind::backend, line, rest == "(nothing)" ? std::vector<WireLine>{} : wire_lines(rest)};
    if (word != "answer") throw std::runtime_error("expected client, answer or backend");
    if (rest == "(nothing)") return {Kind::nothing, line, {}};
    if (rest == "(closed)") return {Kind::closed, line, {}};
    return {Kind::answer, line, wire_lines(rest)};
}

/// The next message that must be named if it comes.
std::optional<WireLine> next_answer(WireClient& client, const WireLine& expected) {
    for (;;) {
        auto line = client.read();
        const bool unasked = line && (line->name == "NoticeResponse" || line->name == "ParameterStatus");
        if (!unasked || line->name == expected.name) return line;
    }
}

std::string check_answers(const std::vector<WireLine>& expected, WireClient& client) {
    bool any = false;
    for (const auto& message : expected) {
        if (message.name == "...") {
            any = true;
            continue;
        }
        for (;;) {
            const auto actual = next_answer(client, message);
            if (!actual) return "expected " + message.text() + ", but the connection was closed";
            if (matches(message, *actual)) break;
            if (!any) return "expected " + message.text() + "\n     but got " + actual->text();
        }
        any = false;
    }
    return {};
}

std::string perform(const WireStep& step, WireClient& client) {
    switch (step.kind) {
        case WireStep::Kind::client: {
            std::string bytes;
            for (const auto& message : step.messages)
                bytes += client_bytes(message);
            client.send(bytes);
            return {};
        }
        case WireStep::Kind::answer: return check_answers(step.messages, client);
        case WireStep::Kind::nothing:
            return client.silent_for(std::chrono::milliseconds{200}) ? ""
                                                                     : "expected nothing, but something came";
        case WireStep::Kind::closed: {
            const auto actual = client.read();
            return actual ? "expected the end of the connection, but got " + actual->text() : "";
        }
        case WireStep::Kind::backend: return {};
    }
    return "unknown step";
}

}  // namespace

WireCase WireCase::load(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    WireCase wire_case{path, {}};
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
        text.erase(text.find_last_not_of(blanks) + 1);
        if (text.empty() || text.front() == '#') continue;
        try {
            wire_case.steps.push_back(step_of(text, line));
        } catch (const std::exception& error) {
            throw std::runtime_error(path + ':' + std::to_string(line) + ": " + error.what());
        }
    }
    return wire_case;
}

std::string difference(const WireCase& wire_case, WireClient& client) {
    for (const auto& step : wire_case.steps) {
        std::string found;
        try {
            found = perform(step, client);
        } catch (const std::exception& error) {
            found = error.what();
        }
        if (!found.empty()) return wire_case.name + ':' + std::to_string(step.line) + ": " + found;
    }
    return {};
}

std::vector<std::string> wire_case_files(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace tests
