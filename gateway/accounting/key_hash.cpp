#include "gateway/accounting/key_hash.hpp"

#include <bit>
#include <boost/endian/conversion.hpp>
#include <cstring>
#include <random>

namespace gateway::accounting {
namespace {

// Of at most eight bytes.
std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    if (bytes.size() == sizeof value) {
        std::memcpy(&value, bytes.data(), sizeof value);
        return boost::endian::little_to_native(value);
    }
    for (std::size_t i = 0; i < bytes.size(); ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return value;
}

struct State {
    std::uint64_t a, b, c, d;

    void round() {
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

std::uint64_t random_word(std::random_device& source) {
    return (static_cast<std::uint64_t>(source()) << 32) | source();
}

}  // namespace

std::uint64_t KeyHash::operator()(std::string_view text) const {
    State state{key_[0] ^ 0x736f6d6570736575, key_[1] ^ 0x646f72616e646f6d, key_[0] ^ 0x6c7967656e657261,
                key_[1] ^ 0x7465646279746573};
    const std::uint64_t length = static_cast<std::uint64_t>(text.size()) << 56;
    for (; text.size() >= 8; text.remove_prefix(8))
        state.take(little_endian(text.substr(0, 8)));
    state.take(little_endian(text) | length);
    state.c ^= 0xff;
    for (int i = 0; i < 4; ++i)
        state.round();
    return state.a ^ state.b ^ state.c ^ state.d;
}

KeyHash::Key KeyHash::random_key() {
    std::random_device source;
    return {random_word(source), random_word(source)};
}

}  // namespace gateway::accounting
