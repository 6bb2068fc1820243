#include "gateway/shared_store/conversation.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "gateway/shared_store/command_text.hpp"

namespace gateway::shared_store {
namespace {

using accounting::StoreAnswer;
using accounting::StoreCommand;
using accounting::StoreError;

constexpr std::size_t longest_run_id = 64;
constexpr std::size_t longest_code = 40;
constexpr std::size_t longest_reason = 200;

// The name under which Redis knows a script.
std::string sha1_hex(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::string hex;
    for (unsigned i = 0; i < size; ++i)
        hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

const std::string* text_in(const StoreAnswer& answer) { return std::get_if<std::string>(&answer.value); }

// A line "name:value" of INFO.
std::string_view info_of(std::string_view info, std::string_view name) {
    while (!info.empty()) {
        const auto end = std::min(info.find("\r\n"), info.size());
        const auto line = info.substr(0, end);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return line.substr(name.size() + 1);
        info.remove_prefix(std::min(end + 2, info.size()));
    }
    return {};
}

// An error may repeat what it is about ("unknown command 'AUTH', with args ..."): never a password for the
// log.
std::string reason_of(std::string_view error, bool of_login) {
    if (of_login)
        return fmt::format("Redis refuses the log-in: {}",
                           error.substr(0, std::min(error.find(' '), longest_code)));
    return fmt::format("Redis says: {}", error.substr(0, longest_reason));
}

bool is_run_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_run_id &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

void Conversation::begin(TimePoint now, std::string& out) {
    if (!settings_.password.empty()) {
        if (settings_.user.empty()) {
            append_command(out, {"AUTH", settings_.password});
        } else {
            append_command(out, {"AUTH", settings_.user, settings_.password});
        }
        expect(Question::login, now);
    }
    if (settings_.database != 0) {
        append_command(out, {"SELECT", std::to_string(settings_.database)});
        expect(Question::database, now);
    }
    append_command(out, {"INFO", "server"});
    expect(Question::who, now);
}

void Conversation::ask(const StoreCommand& command, TimePoint now, std::string& out) {
    auto loaded = loaded_.find(command.script);
    if (loaded == loaded_.end()) {
        loaded = loaded_.emplace(command.script, sha1_hex(*command.script)).first;
        append_command(out, {"SCRIPT", "LOAD", *command.script});
        asked_.push_back({.question = Question::load, .at = now, .hash = loaded->second});
    }
    const std::string keys = std::to_string(command.keys.size());
    std::vector<std::string_view> words{"EVALSHA", loaded->second, keys};
    words.insert(words.end(), command.keys.begin(), command.keys.end());
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    append_command(out, words);
    asked_.push_back({.question = Question::script, .at = now, .number = command.number});
}

std::optional<Broken> Conversation::hear(std::string_view bytes, std::vector<Heard>& heard) {
    reader_.feed(bytes);
    for (;;) {
        auto next = reader_.next();
        if (!next) return next.error();
        if (!*next) return std::nullopt;
        if (asked_.empty()) return Broken{"an answer to nothing that was asked"};
        const Asked asked = std::move(asked_.front());
        asked_.pop_front();
        if (auto broken = take(asked, **std::move(next), heard)) return broken;
    }
}

std::optional<Broken> Conversation::take(const Asked& asked, StoreAnswer answer,
                                         std::vector<Heard>& heard) const {
    if (const auto* error = std::get_if<StoreError>(&answer.value))
        return Broken{reason_of(error->message, asked.question == Question::login)};
    const std::string* text = text_in(answer);
    switch (asked.question) {
        case Question::login:
        case Question::database:
            if (text == nullptr || *text != "OK") return Broken{"an unknown answer to the log-in"};
            return std::nullopt;
        case Question::who: {
            const auto run_id = text == nullptr ? std::string_view{} : info_of(*text, "run_id");
            if (!is_run_id(run_id)) return Broken{"INFO tells no run_id"};
            heard.emplace_back(LoggedIn{std::string(run_id)});
            return std::nullopt;
        }
        case Question::load:
            if (text == nullptr || *text != asked.hash) return Broken{"a script was loaded as another"};
            return std::nullopt;
        case Question::script:
            heard.emplace_back(Answered{asked.number, std::move(answer)});
            return std::nullopt;
    }
    return Broken{"an answer to nothing that was asked"};
}

std::optional<TimePoint> Conversation::waits_since() const {
    if (asked_.empty()) return std::nullopt;
    return asked_.front().at;
}

}  // namespace gateway::shared_store
