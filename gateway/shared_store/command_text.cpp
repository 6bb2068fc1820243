#include "gateway/shared_store/command_text.hpp"

#include <hiredis/hiredis.h>

#include <new>
#include <vector>

namespace gateway::shared_store {

void append_command(std::string& to, std::span<const std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    char* text = nullptr;
    const int size =
        redisFormatCommandArgv(&text, static_cast<int>(words.size()), texts.data(), sizes.data());
    if (size < 0) throw std::bad_alloc();
    to.append(text, static_cast<std::size_t>(size));
    redisFreeCommand(text);
}

void append_command(std::string& to, std::initializer_list<std::string_view> words) {
    append_command(to, std::span(words.begin(), words.size()));
}

}  // namespace gateway::shared_store
