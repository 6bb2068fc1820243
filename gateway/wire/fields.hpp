#pragma once

#include <optional>

#include "gateway/wire/cursor.hpp"

namespace gateway::wire {

// Repeated fields of a message, in views that were checked when they were read: iterating cannot fail.

/// A counted run of big-endian integers of `Size` bytes.
template <class Integer, std::size_t Size>
class Integers {
public:
    Integers() = default;
    explicit Integers(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] std::size_t size() const { return bytes_.size() / Size; }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    [[nodiscard]] ByteView bytes() const { return bytes_; }  // without the count
    [[nodiscard]] Integer operator[](std::size_t index) const {
        const char* at = bytes_.data() + index * Size;
        if constexpr (Size == 2)
            return static_cast<Integer>(load_u16(at));
        else
            return static_cast<Integer>(load_u32(at));
    }

    /// Reads a 16-bit unsigned count (65,535 parameters are legal) and that many integers.
    [[nodiscard]] static Integers read(Cursor& cursor) {
        const std::size_t count = cursor.u16();
        return Integers(cursor.take(count * Size));
    }

private:
    ByteView bytes_;
};

using Oids = Integers<std::uint32_t, 4>;

enum class Format : std::uint16_t { text = 0, binary = 1 };

/// Format codes: none (all text), one for all, or one each.
class Formats {
public:
    [[nodiscard]] std::size_t size() const { return codes_.size(); }
    [[nodiscard]] ByteView bytes() const { return codes_.bytes(); }  // without the count
    [[nodiscard]] Format operator[](std::size_t index) const { return codes_[index]; }
    /// The format of the value at `index`; what is not listed is text.
    [[nodiscard]] Format of(std::size_t index) const {
        if (size() == 1) return codes_[0];
        return index < size() ? codes_[index] : Format::text;
    }

    /// Whatever the codes are: PostgreSQL takes unknown ones in a Bind, and fails where one of them is used.
    [[nodiscard]] static Formats read_any(Cursor& cursor) {
        Formats formats;
        formats.codes_ = Integers<Format, 2>::read(cursor);
        return formats;
    }
    [[nodiscard]] static Formats read(Cursor& cursor) {
        auto formats = read_any(cursor);
        for (std::size_t i = 0; i < formats.size(); ++i) {
            if (formats[i] != Format::text && formats[i] != Format::binary)
                cursor.fail(WireErrc::format_code);
        }
        return formats;
    }

private:
    Integers<Format, 2> codes_;
};

/// A value, or nullopt for NULL.
using Value = std::optional<ByteView>;

/// A counted run of values, each with its length: parameters of a Bind, columns of a DataRow.
class Values {
public:
    class Iterator {
    public:
        explicit Iterator(const char* at) : at_(at) {}
        [[nodiscard]] Value operator*() const {
            const auto length = load_u32(at_);
            return length == null_length ? Value{} : Value{ByteView{at_ + 4, length}};
        }
        Iterator& operator++() {
            const auto length = load_u32(at_);
            at_ += length == null_length ? 4 : 4 + std::size_t{length};
            return *this;
        }
        [[nodiscard]] const char* at() const { return at_; }
        bool operator==(const Iterator&) const = default;

    private:
        const char* at_;
    };

    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] ByteView bytes() const { return bytes_; }  // lengths and values, without the count
    [[nodiscard]] Iterator begin() const { return Iterator{bytes_.data()}; }
    [[nodiscard]] Iterator end() const { return Iterator{bytes_.data() + bytes_.size()}; }

    /// Where the value at `index` starts; size() gives end(). Linear.
    [[nodiscard]] Iterator from(std::size_t index) const {
        auto at = begin();
        for (std::size_t i = 0; i < index; ++i)
            ++at;
        return at;
    }
    /// Lengths and values of the first `count`.
    [[nodiscard]] ByteView prefix(std::size_t count) const {
        return bytes_.substr(0, static_cast<std::size_t>(from(count).at() - bytes_.data()));
    }

    /// Reads an unsigned 16-bit count and that many values.
    [[nodiscard]] static Values read(Cursor& cursor) {
        Values values;
        values.count_ = cursor.u16();
        const auto all = cursor.rest();
        for (std::size_t i = 0; i < values.count_ && cursor.ok(); ++i)
            (void)cursor.value();
        if (cursor.ok()) values.bytes_ = all.substr(0, all.size() - cursor.rest().size());
        return values;
    }

private:
    static constexpr std::uint32_t null_length = 0xffffffff;
    std::size_t count_ = 0;
    ByteView bytes_;
};

}  // namespace gateway::wire
