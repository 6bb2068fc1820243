#pragma once

#include <string>

#include "gateway/wire/bytes.hpp"

namespace gateway::wire {

/// Writes one message at the end of a buffer; its length is put in when the builder goes out of scope.
class MessageBuilder {
public:
    MessageBuilder(std::string& out, char type) : out_(out) {
        out_.push_back(type);
        start_ = out_.size();
        append_u32(out_, 0);
    }
    MessageBuilder(const MessageBuilder&) = delete;
    MessageBuilder& operator=(const MessageBuilder&) = delete;
    ~MessageBuilder() {
        const auto length = static_cast<std::uint32_t>(out_.size() - start_);
        for (int i = 0; i < 4; ++i)
            out_[start_ + i] = static_cast<char>(length >> (24 - 8 * i));
    }

    MessageBuilder& u8(char value) {
        out_.push_back(value);
        return *this;
    }
    MessageBuilder& u16(std::uint16_t value) {
        append_u16(out_, value);
        return *this;
    }
    MessageBuilder& u32(std::uint32_t value) {
        append_u32(out_, value);
        return *this;
    }
    MessageBuilder& text(std::string_view value) {
        append_text(out_, value);
        return *this;
    }
    MessageBuilder& bytes(ByteView value) {
        out_.append(value);
        return *this;
    }

private:
    std::string& out_;
    std::size_t start_ = 0;
};

}  // namespace gateway::wire
