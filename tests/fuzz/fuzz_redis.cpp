// What a Redis may answer. The first byte of the input says how many scripts were asked; the second, how
// large the pieces are in which the rest comes. However it is cut, the same is heard, and no more than was
// asked.

#include <algorithm>

#include "gateway/shared_store/conversation.hpp"
#include "tests/fuzz/wire_stream.hpp"

namespace {

using namespace gateway;
using shared_store::Answered;
using shared_store::Heard;
using tests::require;

struct Outcome {
    std::vector<Heard> heard;
    bool broken = false;
};

Outcome listen_to(std::string_view bytes, std::size_t piece, std::size_t scripts) {
    static const std::string script = "return 1";
    const config::SharedBudgets settings{.user = "u", .password = "hunter2", .database = 1};
    shared_store::Conversation conversation(settings);
    std::string out;
    conversation.begin({}, out);
    for (std::size_t i = 1; i <= scripts; ++i)
        conversation.ask({.number = i, .script = &script, .keys = {"k"}, .arguments = {}}, {}, out);
    Outcome outcome;
    while (!bytes.empty() && !outcome.broken) {
        const auto now = bytes.substr(0, piece);
        bytes.remove_prefix(now.size());
        const auto broken = conversation.hear(now, outcome.heard);
        outcome.broken = broken.has_value();
        if (broken) require(broken->why.size() < 400);
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t scripts = data[0] % 8;
    const Outcome at_once = listen_to(bytes, std::max<std::size_t>(bytes.size(), 1), scripts);
    const Outcome in_pieces = listen_to(bytes, data[1] % 16 + 1, scripts);
    require(at_once.broken == in_pieces.broken);
    require(at_once.heard.size() == in_pieces.heard.size());
    require(at_once.heard.size() <= scripts + 1);
    std::uint64_t last = 0;
    for (const Heard& one : at_once.heard) {
        if (const auto* answered = std::get_if<Answered>(&one)) require(answered->number == ++last);
    }
    return 0;
}
