#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/accounting/findings.hpp"
#include "gateway/enforcement/plan.hpp"
#include "gateway/session/held_rows.hpp"
#include "gateway/session/row_keys.hpp"
#include "sql/catalog.hpp"

namespace gateway::session {

class Reader;
struct Portal;

/// A prepared statement as the client named it, and what the back end holds under that name.
struct Prepared {
    std::string text;                       // the client's whole message
    std::vector<sql::Oid> parameter_types;  // as the client gave them
    bool declares_parameters = false;       // enforcement::PlanContext
    std::shared_ptr<const enforcement::MessagePlan> plan;
    std::size_t index = 0;  // which statement of the message it is
    /// By SQL's PREPARE or DECLARE: the name stands for the query that the statement carries.
    bool carried = false;
    std::uint64_t policy_mark = 0;    // the session's count of policy changes when it was planned
    std::uint64_t names_version = 0;  // RestrictedSession::names_version() at that time
    std::uint64_t parse_mark = 0;     // the session's count of reasons to parse everything anew
    /// False: it was closed at the back end to be prepared anew, which has not succeeded yet.
    bool at_backend = true;
    std::vector<std::string> search_path;  // of DECLARE: what its names were looked up in
    std::string planned_for;               // Reader::view()
    /// Of FETCH and MOVE: the cursor of its name when it was parsed. PostgreSQL describes the prepared
    /// statement by the columns of that one for ever.
    std::shared_ptr<const Portal> parsed_for{};
    std::shared_ptr<Reader> reader{};  // whom its text names; nullptr: whoever the session asks for

    /// nullptr: an empty text.
    [[nodiscard]] const enforcement::StatementPlan* statement() const {
        return index < plan->statements.size() ? &plan->statements[index] : nullptr;
    }
};

/// Those that its Parse names: the client's, and where it gave none, the plan's.
[[nodiscard]] std::vector<std::uint32_t> parameter_types_of(const Prepared& prepared);

/// A portal, also one that SQL calls a cursor: what it was bound to, and what all that was read
/// of it has told.
struct Portal {
    std::shared_ptr<const Prepared> statement;
    bool holds = false;  // WITH HOLD
    /// Whose rows it shows: of the cursor that it fetches from, or the statement that it executes. nullptr:
    /// its own.
    std::shared_ptr<const Portal> source{};
    int searched_values = 0;   // of its array parameters
    std::string bind{};        // the client's message, if its parameters are bound twice (sql::PaidSteps)
    KeyFormats key_formats{};  // in which its rows come
    mutable accounting::Findings findings{};
    mutable HeldRows held{};

    [[nodiscard]] const Portal& shown() const { return source ? *source : *this; }
};

/// One change of a name, and what was there before.
struct NameChange {
    enum class Kind { statement, portal };
    Kind kind = Kind::statement;
    std::string name{};
    std::shared_ptr<const Prepared> statement{};
    std::shared_ptr<const Portal> portal{};
};
/// How to take back the changes of one message.
using Undo = std::vector<NameChange>;

/// The names of a session's prepared statements and portals, as they will be when the back end has carried
/// out what it was sent. What it did not carry out is taken back, last first.
///
/// A name here that the back end has forgotten (a transaction ended, a savepoint was rolled back) does no
/// harm: the back end says so itself. A name always stands for the last statement that succeeded in giving
/// it, and the back end gives none twice.
class PreparedStatements {
public:
    static constexpr std::size_t most = 10'000;  // of each kind

    [[nodiscard]] std::shared_ptr<const Prepared> statement(std::string_view name) const;
    [[nodiscard]] std::shared_ptr<const Portal> portal(std::string_view name) const;
    [[nodiscard]] bool full() const { return statements_.size() >= most || portals_.size() >= most; }

    [[nodiscard]] Undo set_statement(std::string_view name, std::shared_ptr<const Prepared> prepared);
    [[nodiscard]] Undo set_portal(std::string_view name, std::shared_ptr<const Portal> portal);
    [[nodiscard]] Undo drop_all_statements();
    [[nodiscard]] Undo drop_all_portals();
    void take_back(const Undo& undo);
    /// A transaction ended: its portals are gone, but those of WITH HOLD.
    void end_transaction();
    /// What a simple Query does to the unnamed ones.
    void drop_unnamed();

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <class T>
    using Names = std::unordered_map<std::string, std::shared_ptr<const T>, Hash, std::equal_to<>>;

    template <class T>
    static std::shared_ptr<const T> exchange(Names<T>& names, std::string_view name,
                                             std::shared_ptr<const T> value);

    Names<Prepared> statements_;
    Names<Portal> portals_;
};

/// Whether the client gave its parameter at `place`, from 0, the type of a text, or none.
[[nodiscard]] bool is_declared_text(const Prepared& prepared, std::size_t place);
/// A number, a time or a uuid.
[[nodiscard]] bool is_declared_number(const Prepared& prepared, std::size_t place);

}  // namespace gateway::session
