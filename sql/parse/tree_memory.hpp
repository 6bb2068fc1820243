#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"
#include "sql/parse/call_postgres.hpp"

struct List;
struct Node;

namespace sql::parse {

/// Owns every node of one analysis: the client's statements, views, fragments, copies. All die together with
/// it. Belongs to the thread that made it. Functions of PostgreSQL that allocate or can fail are called
/// through here.
class TreeMemory {
public:
    TreeMemory();
    TreeMemory(const TreeMemory&) = delete;
    TreeMemory& operator=(const TreeMemory&) = delete;
    ~TreeMemory();

    /// PostgreSQL's grammar over `text`: a list of RawStmt. Offsets in the tree and in errors are bytes of
    /// `text`. The text must have passed blank_comments.
    [[nodiscard]] Result<List*> parse(std::string_view text);

    /// copyObject: a deep copy. nullptr stays nullptr.
    [[nodiscard]] Node* copy(const Node* node);
    /// equal(): the same tree, whatever the locations in the text.
    [[nodiscard]] bool equal(const Node* left, const Node* right);
    /// A zeroed node: `memory.make<A_Const>(T_A_Const)`.
    template <class T>
    [[nodiscard]] T* make(int tag) {
        return static_cast<T*>(make_node(sizeof(T), tag));
    }
    /// A NUL-terminated copy.
    [[nodiscard]] char* string(std::string_view text);
    /// A T_String node.
    [[nodiscard]] Node* string_node(std::string_view text);
    /// lappend; `list` may be nullptr (NIL).
    [[nodiscard]] List* append(List* list, void* item);

    /// Nodes of `owner` may stand in this memory's trees, unchanged: it lives as long as this one.
    void borrow(std::shared_ptr<const void> owner);

    /// Runs `body()`; see call_postgres for what it may do. The error if PostgreSQL raised one.
    template <class Body>
    [[nodiscard]] Result<void> run(Body body, std::string_view text_of_offsets = {}) {
        const auto call = [](void* argument) { (*static_cast<Body*>(argument))(); };
        if (call_postgres(context_, call, &body)) return {};
        return take_error(text_of_offsets);
    }

private:
    [[nodiscard]] void* make_node(std::size_t size, int tag);
    [[nodiscard]] Error take_error(std::string_view text);

    void* context_;
    std::vector<std::shared_ptr<const void>> borrowed_;
};

}  // namespace sql::parse
