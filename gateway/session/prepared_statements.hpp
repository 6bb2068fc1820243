#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "gateway/session/search_tally.hpp"
#include "sql/catalog.hpp"

namespace gateway::session {

/// A prepared statement as the client named it, and what the back end holds under that name.
struct Prepared {
    std::string text;                       // the client's
    std::vector<sql::Oid> parameter_types;  // as the client gave them
    std::shared_ptr<const enforcement::MessagePlan> plan;
    std::uint64_t policy_mark = 0;   // the session's count of policy changes when it was planned
    std::uint64_t path_version = 0;  // SearchPath::version() at that time
    std::uint64_t parse_mark = 0;    // the session's count of reasons to parse everything anew
};

/// A portal: what it was bound to, and what its searches found in all its Execute messages.
struct Portal {
    std::shared_ptr<const Prepared> statement;
    mutable SearchTally searches{};
};

enum class Named { statement, portal };

/// How to take back one change of a name.
struct Undo {
    bool any = false;
    Named kind = Named::statement;
    std::string name{};
    std::shared_ptr<const Prepared> statement{};
    std::shared_ptr<const Portal> portal{};
};

/// The names of a session's prepared statements and portals, as they will be when the back end has carried
/// out what it was sent. What it did not carry out is taken back, last first.
class PreparedStatements {
public:
    static constexpr std::size_t most = 10'000;  // of each kind

    [[nodiscard]] std::shared_ptr<const Prepared> statement(std::string_view name) const;
    [[nodiscard]] std::shared_ptr<const Portal> portal(std::string_view name) const;
    [[nodiscard]] bool full() const { return statements_.size() >= most || portals_.size() >= most; }

    [[nodiscard]] Undo set_statement(std::string_view name, std::shared_ptr<const Prepared> prepared);
    [[nodiscard]] Undo set_portal(std::string_view name, std::shared_ptr<const Portal> portal);
    void take_back(const Undo& undo);
    /// A transaction ended: its portals are gone. Also what a simple Query does to the unnamed ones.
    void drop_portals() { portals_.clear(); }
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

}  // namespace gateway::session
