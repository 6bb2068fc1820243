#pragma once

struct IntoClause;
struct Node;
struct RangeVar;
struct SelectStmt;

namespace sql::parse {

/// The SELECT of a set operation that can hold its INTO: the leftmost one.
[[nodiscard]] SelectStmt* leftmost(SelectStmt* select);

/// For its lifetime `statement`, if it is a SELECT, has no INTO.
class WithoutInto {
public:
    explicit WithoutInto(Node* statement);
    WithoutInto(const WithoutInto&) = delete;
    WithoutInto& operator=(const WithoutInto&) = delete;
    ~WithoutInto();

private:
    SelectStmt* select_ = nullptr;
    IntoClause* into_ = nullptr;
};

/// The table that CREATE TEMPORARY TABLE, CREATE TEMPORARY TABLE AS or SELECT INTO TEMPORARY makes; nullptr
/// for every other statement.
[[nodiscard]] RangeVar* temporary_made_by(const Node* statement);

}  // namespace sql::parse
