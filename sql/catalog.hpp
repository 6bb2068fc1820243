#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sql {

using Oid = std::uint32_t;
using AttributeNumber = std::int16_t;  // pg_attribute.attnum; system columns are negative

/// pg_class.relkind, as far as a statement can name it.
enum class RelationKind : char {
    table = 'r',
    partitioned_table = 'p',
    view = 'v',
    materialized_view = 'm',
    foreign_table = 'f',
    sequence = 'S',
    index = 'i',
    partitioned_index = 'I',
    toast_table = 't',
    composite_type = 'c',
};

struct Column {
    AttributeNumber number = 0;
    std::string name;
    Oid type = 0;
    std::int32_t typmod = -1;
    Oid collation = 0;  // 0: the type has none
    bool not_null = false;
    bool generated = false;    // GENERATED ALWAYS AS (...) STORED
    bool numbered = false;     // takes its value from a sequence, or from a function of the user's
    bool unique = false;       // by itself: no two rows of the table have one value of it
    bool has_default = false;  // or its type has: what an INSERT leaves out is not NULL
    std::vector<AttributeNumber> generated_from = {};  // of a generated one: the columns of its expression
};

/// Columns that PostgreSQL looks at together when a row is written: those of a constraint, of an index, of
/// what a generated column is made of, of a row security policy, or of the key of partitions; or one
/// column, at parts of whose value they look together.
struct Tie {
    std::vector<AttributeNumber> columns;  // ascending; 0: one that only children have
    bool with_other_rows = false;          // their values are compared with those of other rows
    // Of them:
    std::vector<AttributeNumber> null_tests = {};       // asked only whether they are NULL
    std::vector<AttributeNumber> equalities = {};       // compared as a whole, case aside; NULL equals none
    std::vector<AttributeNumber> only_where_null = {};  // other rows are not looked at, nor looked for
    std::vector<AttributeNumber> held = {};             // by an index, as they are: too long ones fail

    bool operator==(const Tie&) const = default;
};

/// What a foreign key does when a row that it refers to goes, or is given another key.
enum class KeyAction { refuses, follows, sets_null, sets_default };

/// A foreign key to a relation.
struct ForeignKey {
    Oid from = 0;                                    // the table that refers to it
    std::vector<AttributeNumber> columns;            // that it refers to
    std::vector<AttributeNumber> from_columns = {};  // of the table that refers to it
    std::vector<AttributeNumber> emptied = {};       // of these: what on_delete sets NULL, or to its default
    KeyAction on_delete = KeyAction::refuses;
    KeyAction on_update = KeyAction::refuses;
};

/// The other end of a foreign key.
struct Referred {
    Oid to = 0;
    std::vector<AttributeNumber> columns;  // of the table that refers to it
};

struct Relation {
    Oid oid = 0;
    std::string schema;
    std::string name;
    RelationKind kind = RelationKind::table;
    std::vector<Column> columns;               // by attnum, dropped ones left out
    std::vector<AttributeNumber> primary_key;  // empty: none
    /// Columns of which PostgreSQL compares a written value with those of other rows: of unique indexes,
    /// exclusion constraints and foreign keys, on either side; of partitions and children, too. Ascending.
    std::vector<AttributeNumber> compared;
    /// Of them, those of which parts are compared, or what is computed from them, or by an equality of its
    /// own.
    std::vector<AttributeNumber> compared_otherwise;
    /// As `compared`, the ties of partitions and children too, under the names that the columns have here.
    std::vector<Tie> ties;
    std::vector<ForeignKey> referred_by;
    std::vector<Referred> refers_to;  // of its own foreign keys
    /// Columns that decide in which partition a row is, or in which child that checks them.
    std::vector<AttributeNumber> partition_key;
    /// Of it, of a table that it is a partition of, or of its own partitions: those whose values are listed.
    std::vector<AttributeNumber> list_keys;
    std::vector<Oid> parents;               // pg_inherits: inheritance and partitions
    std::vector<Oid> sources;               // views and materialized views: what they read
    Oid owned_by = 0;                       // of a sequence: the table whose column it fills
    std::optional<std::string> definition;  // pg_get_viewdef of views and materialized views
    bool security_barrier = false;
    bool has_rules = false;       // rules other than a view's _RETURN
    bool has_instead_of = false;  // INSTEAD OF triggers
    /// Of a temporary table of the session's own (sql/temporary.hpp): what the database calls it. Else empty.
    std::string stored_name;

    [[nodiscard]] bool temporary() const { return !stored_name.empty(); }
    [[nodiscard]] const Column* column(std::string_view column_name) const;
    [[nodiscard]] const Column* column(AttributeNumber number) const;
    /// What a change of a column writes: the column, and those that are generated from it.
    [[nodiscard]] std::vector<AttributeNumber> written_with(AttributeNumber number) const;
    /// Of these, the `compared` ones.
    [[nodiscard]] std::vector<AttributeNumber> compared_with(AttributeNumber number) const;
};

struct Type {
    Oid oid = 0;
    std::string schema;
    std::string name;
    char kind = 'b';      // pg_type.typtype
    char category = 'X';  // pg_type.typcategory
    Oid base = 0;         // of a domain
    std::int32_t base_typmod = -1;
    Oid element = 0;   // of an array
    Oid relation = 0;  // of a composite type
    bool extension = false;
};

struct Function {
    Oid oid = 0;
    std::string schema;
    std::string name;
    char kind = 'f';  // pg_proc.prokind: f function, p procedure, a aggregate, w window
    bool returns_set = false;
    bool extension = false;
};

struct Collation {
    Oid oid = 0;
    std::string schema;
    std::string name;
    bool deterministic = true;
};

/// With which search_path PostgreSQL begins a session of the database.
struct SearchPaths {
    std::map<std::string, std::vector<std::string>, std::less<>> of_user;  // ALTER ROLE
    std::vector<std::string> of_others{"$user", "public"};  // ALTER DATABASE, or the server's own
};

/// Name and value of what says how constants are read and values are spelled.
using ReadingSettings = std::vector<std::pair<std::string, std::string>>;

/// PostgreSQL's own.
[[nodiscard]] inline bool is_system_schema(std::string_view schema) {
    return schema == "pg_catalog" || schema == "information_schema";
}

/// What one database held when it was read: an immutable value, shared by statements under way.
/// Filled through add() by whoever reads the database (gateway/backend) or by a test, then frozen by
/// putting it behind a shared_ptr<const Catalog>.
class Catalog {
public:
    Catalog() = default;
    /// All of `base`, which must outlive it, and temporary tables of one session. They are found by the name
    /// that the client gave them and by the one that the database knows.
    Catalog(const Catalog& base, std::span<const Relation> temporary);

    void add(Relation relation);
    void add(Type type);
    void add(Function function);
    void add(Collation collation);
    void add_schema(const std::string& name);
    void set_search_paths(SearchPaths paths);
    void set_database(std::string name);
    void set_reading_settings(ReadingSettings settings);
    void set_trusted_schemas(std::vector<std::string> schemas);
    void set_plain_schemas(std::vector<std::string> schemas);

    /// Equal only for catalogs that hold the same, but for temporary tables.
    [[nodiscard]] std::uint64_t number() const { return rest().number_; }
    [[nodiscard]] const Relation* relation(Oid oid) const;
    [[nodiscard]] const Relation* relation(std::string_view schema, std::string_view name) const;
    [[nodiscard]] const Type* type(Oid oid) const;
    [[nodiscard]] const Type* type(std::string_view schema, std::string_view name) const;
    /// What a domain is made of in the end; any other type itself. nullptr: it is not known.
    [[nodiscard]] const Type* base_type(Oid oid) const;
    /// The modifier of that type: numeric(12, 2) has one, also where a domain stands for it.
    [[nodiscard]] std::int32_t base_typmod(const Column& column) const;
    [[nodiscard]] const Collation* collation(Oid oid) const;
    /// Whether LIKE and its kind can be asked of texts of this collation. 0: of no text.
    [[nodiscard]] bool matches_patterns(Oid collation) const;
    /// All overloads of schema.name; empty when there is none.
    [[nodiscard]] std::vector<const Function*> functions(std::string_view schema,
                                                         std::string_view name) const;
    [[nodiscard]] bool has_schema(std::string_view schema) const;
    /// With which sessions of this database user begin, where the client names none.
    [[nodiscard]] const std::vector<std::string>& search_path_of(std::string_view database_user) const;
    /// The database's own name: relations, types and functions may be named with it in front.
    [[nodiscard]] std::string_view database() const { return rest().database_; }
    /// With which of them sessions of the database begin.
    [[nodiscard]] const ReadingSettings& reading_settings() const { return rest().reading_settings_; }
    /// Every relation but temporary ones, in no order.
    [[nodiscard]] const std::unordered_map<Oid, Relation>& relations() const { return rest().relations_; }
    /// Schemas that hold types and operators of extensions: a back end's search_path always names them.
    [[nodiscard]] std::span<const std::string> trusted_schemas() const { return rest().trusted_schemas_; }
    /// Schemas that hold nothing a printed statement leaves for the back end to find, such as operators: a
    /// back end's search_path names those that the client's does.
    [[nodiscard]] std::span<const std::string> plain_schemas() const { return rest().plain_schemas_; }

private:
    /// What holds everything but temporary tables.
    [[nodiscard]] const Catalog& rest() const { return base_ == nullptr ? *this : *base_; }

    static std::uint64_t next_number();

    const Catalog* base_ = nullptr;
    std::uint64_t number_ = next_number();
    std::unordered_map<Oid, Relation> relations_;
    std::unordered_map<std::string, Oid> relation_names_;  // schema NUL name
    std::unordered_map<Oid, Type> types_;
    std::unordered_map<std::string, Oid> type_names_;
    std::unordered_map<std::string, std::vector<Function>> functions_;
    std::unordered_map<Oid, Collation> collations_;
    std::unordered_set<std::string> schemas_;
    SearchPaths search_paths_;
    ReadingSettings reading_settings_{
        {"TimeZone", "UTC"}, {"DateStyle", "ISO, MDY"}, {"IntervalStyle", "postgres"}};
    std::vector<std::string> trusted_schemas_;
    std::vector<std::string> plain_schemas_;
    std::string database_;
};

}  // namespace sql
