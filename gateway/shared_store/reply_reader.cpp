#include "gateway/shared_store/reply_reader.hpp"

#include <hiredis/read.h>

#include <new>

namespace gateway::shared_store {
namespace {

using accounting::StoreAnswer;
using accounting::StoreError;
using Elements = std::vector<StoreAnswer>;

// hiredis says what it read and where that belongs; what we return is the `obj` of the tasks below it.
// Only the outermost answer is owned by the reader, until it is complete.
StoreAnswer* place_of(const redisReadTask* task) {
    if (task->parent == nullptr) return new StoreAnswer;
    auto& elements = std::get<Elements>(static_cast<StoreAnswer*>(task->parent->obj)->value);
    return &elements[static_cast<std::size_t>(task->idx)];
}

void* create_string(const redisReadTask* task, char* text, std::size_t size) {
    StoreAnswer* place = place_of(task);
    if (task->type == REDIS_REPLY_ERROR) {
        place->value = StoreError{std::string(text, size)};
    } else {
        place->value = std::string(text, size);
    }
    return place;
}

void* create_array(const redisReadTask* task, int size) {
    if (size > ReplyReader::longest_array) return nullptr;
    StoreAnswer* place = place_of(task);
    place->value = Elements(static_cast<std::size_t>(size));
    return place;
}

void* create_integer(const redisReadTask* task, long long number) {
    StoreAnswer* place = place_of(task);
    place->value = std::int64_t{number};
    return place;
}

void* create_nil(const redisReadTask* task) { return place_of(task); }

void free_answer(void* answer) { delete static_cast<StoreAnswer*>(answer); }

redisReplyObjectFunctions creators{create_string, create_array, create_integer, create_nil, free_answer};

}  // namespace

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(&creators)) {
    if (!reader_) throw std::bad_alloc();
}

void ReplyReader::feed(std::string_view bytes) {
    unfinished_ += bytes.size();
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

boost::system::result<std::optional<accounting::StoreAnswer>, Broken> ReplyReader::next() {
    void* read = nullptr;
    if (redisReaderGetReply(reader_.get(), &read) != 0)
        return Broken{std::string("not Redis' protocol: ") + reader_->errstr};
    const std::unique_ptr<StoreAnswer> answer(static_cast<StoreAnswer*>(read));
    if (answer) {
        unfinished_ = reader_->len - reader_->pos;
        return std::optional(std::move(*answer));
    }
    if (unfinished_ > largest_reply) return Broken{"an answer of more than a megabyte"};
    return std::optional<StoreAnswer>{};
}

}  // namespace gateway::shared_store
