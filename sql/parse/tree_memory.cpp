#include "sql/parse/tree_memory.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "sql/parse/pg_nodes.hpp"

extern "C" {
void* pg_query_enter_memory_context(void);
void pg_query_exit_memory_context(void* context);
}

namespace sql::parse {
namespace {

// PostgreSQL reports positions as characters, counted from 1; 0 is none.
std::size_t byte_offset(std::string_view text, int character) {
    std::size_t at = 0;
    for (int left = character - 1; left > 0 && at < text.size(); --left) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
            ++at;
    }
    return at;
}

// An allocation or comparison that fails leaves no sound tree behind; PostgreSQL raises it only when out of
// memory or for a node that it does not know.
void require(const Result<void>& done) {
    if (!done) throw std::runtime_error("sql/parse: " + done.error().message);
}

}  // namespace

TreeMemory::TreeMemory() : context_(nullptr) {
    // Entering changes the thread's current context, which other trees of the thread may rely on: put it
    // back.
    if (!call_postgres(
            nullptr, [](void* made) { *static_cast<void**>(made) = pg_query_enter_memory_context(); },
            &context_)) {
        throw std::bad_alloc();
    }
}

TreeMemory::~TreeMemory() {
    static_cast<void>(call_postgres(
        nullptr, [](void* context) { pg_query_exit_memory_context(context); }, context_));
}

Result<List*> TreeMemory::parse(std::string_view text) {
    List* statements = nullptr;
    const char* terminated = string(text);
    if (auto done =
            run([&statements, terminated] { statements = raw_parser(terminated, RAW_PARSE_DEFAULT); }, text);
        !done) {
        return done.error();
    }
    return statements;
}

Node* TreeMemory::copy(const Node* node) {
    Node* made = nullptr;
    require(run([&made, node] { made = static_cast<Node*>(copyObjectImpl(node)); }));
    return made;
}

bool TreeMemory::equal(const Node* left, const Node* right) {
    bool same = false;
    require(run([&same, left, right] { same = ::equal(left, right); }));
    return same;
}

char* TreeMemory::string(std::string_view text) {
    char* made = nullptr;
    require(run([&made, text] {
        made = static_cast<char*>(palloc(text.size() + 1));
        text.copy(made, text.size());
        made[text.size()] = '\0';
    }));
    return made;
}

Node* TreeMemory::string_node(std::string_view text) {
    String* node = make<String>(T_String);
    node->sval = string(text);
    return reinterpret_cast<Node*>(node);
}

List* TreeMemory::append(List* list, void* item) {
    List* longer = nullptr;
    require(run([&longer, list, item] { longer = lappend(list, item); }));
    return longer;
}

void* TreeMemory::make_node(std::size_t size, int tag) {
    void* made = nullptr;
    require(run([&made, size] { made = palloc0(size); }));
    static_cast<Node*>(made)->type = static_cast<NodeTag>(tag);
    return made;
}

void TreeMemory::borrow(std::shared_ptr<const void> owner) {
    if (std::ranges::find(borrowed_, owner) == borrowed_.end()) borrowed_.push_back(std::move(owner));
}

Error TreeMemory::take_error(std::string_view text) {
    ErrorData* data = nullptr;
    const auto copy_it = [](void* argument) {
        *static_cast<ErrorData**>(argument) = CopyErrorData();
        FlushErrorState();
    };
    if (!call_postgres(context_, copy_it, &data) || data == nullptr) throw std::bad_alloc();

    Error error{.code = Errc::syntax_error,
                .message = data->message == nullptr ? "syntax error" : data->message};
    // What bison says when its own stack is full (10,000 levels).
    if (error.message.starts_with("memory exhausted")) error.code = Errc::too_deep;
    if (data->sqlerrcode == ERRCODE_FEATURE_NOT_SUPPORTED) error.code = Errc::unsupported;
    if (data->hint != nullptr) error.hint = data->hint;
    if (data->cursorpos > 0) error.offset = byte_offset(text, data->cursorpos);
    return error;
}

}  // namespace sql::parse
